// Around the phone: who there is, what goes wrong next, what went back and forth.

import { $, ask, make, state, tell, tick, when, wrong } from './base.js';
import { refresh } from './simulator.js';

export function showPeople({ now: at, people }) {
  state.ahead = at - Date.now();
  state.people = people;
  for (const person of people) {
    const row = $('people').querySelector(`[data-id="${CSS.escape(person.id)}"]`) ?? newRow(person);
    const time = person.last_at ? when(person.last_at) : '';
    tell(row.querySelector('.small'), [time, person.fact].filter(Boolean).join(' · '));
  }
  search();
  tick();
}

/** Somebody new stands first; the others keep their places while one looks. */
function newRow(person) {
  const row = make('li', { class: 'sim__person', 'data-id': person.id },
    make('span', { class: `avatar avatar--m hue-${person.hue}` }, make('span', { 'aria-hidden': 'true' }, person.initials)),
    make('span', { class: 'sim__who' },
      make('a', { href: `/?customer=${encodeURIComponent(person.id)}`, dir: 'auto' }, person.name),
      make('span', { class: 'small truncate' })));
  $('people').prepend(row);
  return row;
}

export function search() {
  const wanted = $('search').value.trim().toLocaleLowerCase();
  let found = 0;
  for (const row of $('people').children) {
    row.hidden = !row.textContent.toLocaleLowerCase().includes(wanted);
    if (!row.hidden) found += 1;
  }
  $('none').hidden = found > 0;
}

export function showTraffic({ faults, items }) {
  showFaults(faults);
  $('quiet').hidden = items.length > 0;
  const list = $('traffic'), rows = new Map([...list.children].map((it) => [it.dataset.key, it]));
  const kept = new Set(items.map((it) => it.key));
  for (const [key, row] of rows) if (!kept.has(key) && !row.querySelector('details').open) row.remove();
  let before = null;
  for (const item of items) {
    let row = rows.get(item.key);
    const sign = JSON.stringify(item);
    if (!row) row = trafficRow(item);
    if (row.dataset.sign !== sign) { row.dataset.sign = sign; showTrafficRow(row, item); }
    const place = before ? before.nextSibling : list.firstChild;
    if (place !== row) list.insertBefore(row, place);
    before = row;
  }
}

function trafficRow(item) {
  const more = make('pre', { tabindex: '0', 'aria-label': 'All of it' });
  const details = make('details', { ontoggle: async () => {
    if (!details.open) return;
    try { more.textContent = JSON.stringify(await ask(`/traffic/${item.key}`), null, 2); } catch (error) { more.textContent = error.message; }
  } }, make('summary'), more);
  return make('li', { 'data-key': item.key }, details);
}

function showTrafficRow(row, item) {
  const asked = item.way === 'request';
  const status = item.status ?? item.error ?? '…';
  const failed = item.error || (item.status !== null && item.status >= 400);
  const time = new Date(item.at).toLocaleTimeString('en-GB');
  row.querySelector('summary').replaceChildren(
    make('span', { role: 'img', 'aria-label': asked ? 'request' : 'webhook' }, asked ? '→' : '←'),
    make('span', { class: 'truncate' }, item.what + (item.attempt > 1 ? `, try ${item.attempt}` : '')),
    make('span', { class: failed ? 'bad truncate' : 'faint' }, String(typeof status === 'number' ? status : item.error ? 'failed' : status)),
    make('time', { class: 'faint' }, time));
}

export const selects = () => [$('request-fault'), $('webhook-fault')];

/** What was asked for and has happened is over; another page may have asked for something else. */
function showFaults(faults) {
  const pending = faults.map(({ account_id, times, ...kind }) => kind);
  for (const select of selects()) {
    const options = [...select.options].filter((it) => it.value);
    const is = (option) => { const wanted = Object.entries(JSON.parse(option.value)); return pending.some((it) => wanted.every(([key, value]) => it[key] === value)); };
    select.value = options.find(is)?.value ?? '';
  }
}

export async function setFaults() {
  const wanted = selects().map((it) => it.value).filter(Boolean).map((it) => JSON.parse(it));
  const account_id = state.phone?.account?.id;
  try {
    wrong('');
    await ask('/faults', undefined, 'DELETE');
    for (const fault of wanted) await ask('/faults', { ...fault, account_id, times: 1 });
  } catch (error) { wrong(error.message); }
  refresh();
}
