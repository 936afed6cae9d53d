// Fills the frame with what the simulator tells, and says to it what the customer does.

import { $, ask, field, log, make, ownWindow, picture, sim, state, tell, tick, wrong } from './base.js';
import { showChat } from './chat.js';
import { search, selects, setFaults, showPeople, showTraffic } from './desk.js';
import { also, endMode, record, send, sendFiles, togglePhotos } from './write.js';

/** One look at a time; what changes meanwhile is looked at afterwards. */
let looking = false, again = false;
export async function refresh() {
  if (looking) { again = true; return; }
  looking = true;
  try {
    const id = state.customer;
    const [phone, people, traffic] = await Promise.all([
      id ? ask(`/customers/${encodeURIComponent(id)}/phone`) : null,
      ownWindow ? null : ask('/people'),
      ownWindow ? null : ask('/traffic'),
    ]);
    if (phone && id === state.customer) showPhone(phone);
    if (people) showPeople(people);
    if (traffic) showTraffic(traffic);
  } catch {
    // The simulator is away; the stream tells when it is back.
  }
  looking = false;
  if (again) { again = false; refresh(); }
}

/** Lets the customer do something. */
export async function act(deed) {
  try {
    wrong('');
    const made = await ask(`/customers/${encodeURIComponent(state.customer)}/do`, deed);
    refresh();
    return made;
  } catch (error) {
    wrong(error.message);
    return null;
  }
}

function choose(id, remember = true) {
  state.customer = id;
  state.phone = null;
  endMode();
  wrong('');
  field.value = '';
  log.replaceChildren();
  state.shown.clear();
  for (const link of $('people').querySelectorAll('a')) {
    if (link.closest('li').dataset.id === id) link.setAttribute('aria-current', 'true'); else link.removeAttribute('aria-current');
  }
  if (remember) history.pushState({ id }, '', `/?customer=${encodeURIComponent(id)}`);
  pane('phone');
  refresh();
}

function showPhone(phone) {
  const first = state.phone === null;
  state.phone = phone;
  state.ahead = phone.now - Date.now();
  document.title = `${phone.name} · Simulator`;
  tell($('whose'), phone.name);
  tell($('can-also'), phone.name.split(' ')[0]);
  tell($('shop'), phone.account?.name ?? '');
  $('own-window').href = `/phone/${encodeURIComponent(phone.id)}`;
  showFace(phone.account);
  for (const button of document.querySelectorAll('#also [data-on]')) button.hidden = button.dataset.on !== phone.platform;
  tell($('block').querySelector('span'), phone.blocked ? 'Unblock' : 'Block');
  showChat(phone, first);
  clearTimeout(state.typing);
  if (phone.typing_until) state.typing = setTimeout(refresh, Math.max(0, phone.typing_until - phone.now) + 50);
  tick();
  readIfSeen();
}

function showFace(account) {
  const face = $('shop-face'), url = account?.picture ?? '';
  if (face.dataset.of === `${account?.id} ${url}`) return;
  face.dataset.of = `${account?.id} ${url}`;
  face.replaceChildren(url ? picture(url, '') : make('span', { 'aria-hidden': 'true' }, (account?.name ?? '').slice(0, 1).toUpperCase()));
}

/** Whoever has the phone before their eyes reads what came. */
let reading = false;
async function readIfSeen() {
  const { phone } = state;
  const news = phone?.messages.findLast((it) => it.from === 'business');
  const visible = document.visibilityState === 'visible' && $('phone').checkVisibility();
  if (!news || !visible || reading || phone.blocked || (phone.read_until !== null && phone.read_until >= news.at)) return;
  reading = true;
  try { await ask(`/customers/${encodeURIComponent(phone.id)}/do`, { read: {} }); } catch { /* next time */ }
  reading = false;
}

export function pane(name) {
  sim.dataset.pane = name;
  for (const button of $('tabs').children) {
    if (button.dataset.pane === name) button.setAttribute('aria-current', 'true'); else button.removeAttribute('aria-current');
  }
  if (name === 'phone') { log.scrollTop = log.scrollHeight; readIfSeen(); }
}

$('form').addEventListener('submit', (event) => { event.preventDefault(); send(); });
field.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) { event.preventDefault(); send(); }
  if (event.key === 'Escape' && state.mode) { endMode(); field.value = ''; }
});
$('photo').addEventListener('click', () => togglePhotos());
$('record').addEventListener('click', record);
$('mode-end').addEventListener('click', () => { endMode(); field.value = ''; field.focus(); });
$('file').addEventListener('change', (event) => { sendFiles(event.target.files); event.target.value = ''; });
$('back').addEventListener('click', () => { pane('people'); $('people').querySelector('[aria-current]')?.focus(); });
$('search').addEventListener('input', search);
$('people').addEventListener('click', (event) => {
  const link = event.target.closest('a');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  choose(link.closest('li').dataset.id);
});
$('tabs').addEventListener('click', (event) => { const button = event.target.closest('button'); if (button) pane(button.dataset.pane); });
$('also').addEventListener('click', (event) => { const button = event.target.closest('button'); if (button) also(button.dataset.also); });
$('clock-buttons').addEventListener('click', async (event) => {
  const button = event.target.closest('button');
  if (!button) return;
  try { await ask('/clock', { advance_s: Number(button.dataset.advance) }); } catch (error) { wrong(error.message); }
  refresh();
});
for (const select of selects()) select.addEventListener('change', setFaults);

const phone = $('phone');
const carries = (event) => [...(event.dataTransfer?.types ?? [])].includes('Files');
phone.addEventListener('dragover', (event) => { if (carries(event)) { event.preventDefault(); phone.classList.add('phone--drop'); } });
phone.addEventListener('dragleave', (event) => { if (!phone.contains(event.relatedTarget)) phone.classList.remove('phone--drop'); });
phone.addEventListener('drop', (event) => { if (carries(event)) { event.preventDefault(); phone.classList.remove('phone--drop'); sendFiles(event.dataTransfer.files); } });

document.addEventListener('visibilitychange', readIfSeen);
window.addEventListener('popstate', (event) => { const id = event.state?.id ?? sim.dataset.customer; if (id) choose(id, false); });

const live = new EventSource('/control/live');
live.addEventListener('open', refresh);
live.addEventListener('tick', refresh);
setInterval(tick, 1000);
pane('phone');
refresh();
