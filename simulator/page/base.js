// What every part needs: asking the simulator, making nodes, times. Everything that people wrote goes
// into the page as text, never as markup.

export const $ = (id) => document.getElementById(id);
export const sim = $('sim'), log = $('log'), field = $('message');
export const ownWindow = sim.classList.contains('sim--phone');
export const state = { customer: sim.dataset.customer, phone: null, mode: null, traffic: [], people: [], ahead: 0, shown: new Map() };

export async function ask(path, body, method) {
  const init = body === undefined ? { method } : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const answer = await fetch('/control' + path, init);
  const text = await answer.text();
  if (!answer.ok) throw new Error(text.trim() || `The simulator answered ${answer.status}.`);
  return text ? JSON.parse(text) : null;
}

export function wrong(why) { $('wrong').textContent = why; }

export async function upload(file) {
  const answer = await fetch('/control/files', { method: 'POST', headers: { 'content-type': file.type || 'application/octet-stream' }, body: file });
  if (!answer.ok) throw new Error((await answer.text()).trim());
  return answer.json();
}

export function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (value !== null && value !== false && value !== undefined) node.setAttribute(name, value === true ? '' : value);
  }
  node.append(...children.filter((it) => it !== null && it !== undefined));
  return node;
}

export function icon(name, size = '') {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('class', `icon ${size}`);
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
  use.setAttribute('href', `#i-${name}`);
  svg.append(use);
  return svg;
}

/** Addresses come from people and programs; only those of the web lead somewhere. */
export function web(url) {
  try { return ['http:', 'https:', 'blob:'].includes(new URL(url, location.href).protocol) ? url : null; } catch { return null; }
}

export const picture = (url, alt, attributes = {}) => make('img', { src: web(url), alt, loading: 'lazy', ...attributes });

const now = () => Date.now() + state.ahead;
export const hours = (at) => new Date(at).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
const date = (at) => new Date(at).toLocaleDateString('en-GB', { day: 'numeric', month: 'short' });
const days = (at) => Math.round((new Date(now()).setHours(0, 0, 0, 0) - new Date(at).setHours(0, 0, 0, 0)) / 864e5);

export function day(at) {
  const ago = days(at);
  if (ago <= 0) return 'Today';
  if (ago === 1) return 'Yesterday';
  return ago < 7 ? new Date(at).toLocaleDateString('en-GB', { weekday: 'long' }) : date(at);
}

export function when(at) {
  const ago = days(at);
  if (ago <= 0) return hours(at);
  return ago < 7 ? new Date(at).toLocaleDateString('en-GB', { weekday: 'short' }) : date(at);
}

export function tell(node, text) { if (node.textContent !== text) node.textContent = text; }

export function tick() {
  tell($('phone-time'), hours(now()));
  tell($('clock'), `${new Date(now()).toLocaleDateString('en-GB', { weekday: 'short', day: 'numeric', month: 'short' })}, ${hours(now())}`);
}
