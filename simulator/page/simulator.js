// Fills the frame with what the simulator tells, and says to it what the customer does. Everything
// that people wrote goes into the page as text, never as markup.
'use strict';

const $ = (id) => document.getElementById(id);
const sim = $('sim'), log = $('log'), field = $('message');
const ownWindow = sim.classList.contains('sim--phone');
const state = { customer: sim.dataset.customer, phone: null, mode: null, traffic: [], people: [], ahead: 0, shown: new Map() };

// ---- Asking ----

async function ask(path, body, method) {
  const init = body === undefined ? { method } : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const answer = await fetch('/control' + path, init);
  const text = await answer.text();
  if (!answer.ok) throw new Error(text.trim() || `The simulator answered ${answer.status}.`);
  return text ? JSON.parse(text) : null;
}

/** Lets the customer do something. */
async function act(deed) {
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

function wrong(why) { $('wrong').textContent = why; }

async function upload(file) {
  const answer = await fetch('/control/files', { method: 'POST', headers: { 'content-type': file.type || 'application/octet-stream' }, body: file });
  if (!answer.ok) throw new Error((await answer.text()).trim());
  return answer.json();
}

/** One look at a time; what changes meanwhile is looked at afterwards. */
let looking = false, again = false;
async function refresh() {
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

// ---- Making nodes ----

function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (value !== null && value !== false && value !== undefined) node.setAttribute(name, value === true ? '' : value);
  }
  node.append(...children.filter((it) => it !== null && it !== undefined));
  return node;
}

function icon(name, size = '') {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('class', `icon ${size}`);
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
  use.setAttribute('href', `#i-${name}`);
  svg.append(use);
  return svg;
}

/** Addresses come from people and programs; only those of the web lead somewhere. */
function web(url) {
  try { return ['http:', 'https:', 'blob:'].includes(new URL(url, location.href).protocol) ? url : null; } catch { return null; }
}

const picture = (url, alt, attributes = {}) => make('img', { src: web(url), alt, loading: 'lazy', ...attributes });

// ---- Times ----

const now = () => Date.now() + state.ahead;
const hours = (at) => new Date(at).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
const date = (at) => new Date(at).toLocaleDateString('en-GB', { day: 'numeric', month: 'short' });
const days = (at) => Math.round((new Date(now()).setHours(0, 0, 0, 0) - new Date(at).setHours(0, 0, 0, 0)) / 864e5);

function day(at) {
  const ago = days(at);
  if (ago <= 0) return 'Today';
  if (ago === 1) return 'Yesterday';
  return ago < 7 ? new Date(at).toLocaleDateString('en-GB', { weekday: 'long' }) : date(at);
}

function when(at) {
  const ago = days(at);
  if (ago <= 0) return hours(at);
  return ago < 7 ? new Date(at).toLocaleDateString('en-GB', { weekday: 'short' }) : date(at);
}

function tell(node, text) { if (node.textContent !== text) node.textContent = text; }

function tick() {
  tell($('phone-time'), hours(now()));
  tell($('clock'), `${new Date(now()).toLocaleDateString('en-GB', { weekday: 'short', day: 'numeric', month: 'short' })}, ${hours(now())}`);
}

// ---- People ----

function showPeople({ now: at, people }) {
  state.ahead = at - Date.now();
  state.people = people;
  for (const person of people) {
    const row = $('people').querySelector(`[data-id="${CSS.escape(person.id)}"]`) ?? newRow(person);
    const time = person.last_at ? when(person.last_at) : '';
    tell(row.querySelector('.small'), [time, person.fact].filter(Boolean).join(' · '));
  }
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

function search() {
  const wanted = $('search').value.trim().toLocaleLowerCase();
  let found = 0;
  for (const row of $('people').children) {
    row.hidden = !row.textContent.toLocaleLowerCase().includes(wanted);
    if (!row.hidden) found += 1;
  }
  $('none').hidden = found > 0;
}

// ---- The phone ----

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

/** Nodes whose message has not changed stay as they are, with focus and playing sounds. */
function showChat(phone, first) {
  const atEnd = first || log.scrollHeight - log.scrollTop - log.clientHeight < 80;
  const focused = document.activeElement?.closest('.ph-msg') ? { key: document.activeElement.closest('.ph-msg').dataset.key, label: document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent } : null;
  const wanted = entries(phone);
  const kept = new Set(wanted.map((it) => it.key));
  for (const [key, { node }] of state.shown) if (!kept.has(key)) { node.remove(); state.shown.delete(key); }
  let before = null;
  for (const { key, made, of } of wanted) {
    const sign = JSON.stringify(of);
    let entry = state.shown.get(key);
    if (!entry || entry.sign !== sign) {
      const node = made();
      node.dataset.key = key;
      if (entry) entry.node.replaceWith(node);
      entry = { node, sign };
      state.shown.set(key, entry);
    }
    const place = before ? before.nextSibling : log.firstChild;
    if (place !== entry.node) log.insertBefore(entry.node, place);
    before = entry.node;
  }
  if (focused && !log.contains(document.activeElement)) {
    const node = state.shown.get(focused.key)?.node;
    [...(node?.querySelectorAll('button, a') ?? [])].find((it) => (it.getAttribute('aria-label') ?? it.textContent) === focused.label)?.focus({ preventScroll: true });
  }
  if (atEnd) log.scrollTop = log.scrollHeight;
}

/** What stands in the chat, in order: days, messages, comments elsewhere, typing. */
function entries(phone) {
  const list = [];
  const said = [...phone.messages.map((it) => ({ ...it, kind: 'message' })), ...phone.comments.map((it) => ({ ...it, kind: 'comment' }))].sort((a, b) => a.at - b.at);
  const lastOwn = phone.messages.findLast((it) => it.from === 'customer' && !it.unsent);
  let before = 0;
  for (const it of said) {
    if (it.at - before > 36e5 || day(it.at) !== day(before)) {
      const words = `${day(it.at)} ${hours(it.at)}`;
      list.push({ key: `day ${it.at}`, of: words, made: () => make('p', { class: 'ph-day' }, words) });
    }
    before = it.at;
    if (it.kind === 'comment') list.push({ key: `comment ${it.id}`, of: it, made: () => comment(it) });
    else {
      const answered = it.reply_to?.mid ? phone.messages.find((one) => one.mid === it.reply_to.mid) : null;
      const seen = it.mid === lastOwn?.mid && phone.seen_at !== null && phone.seen_at >= it.at;
      const quote = it.reply_to?.mid ? quoted(answered) : null;
      const who = phone.account?.name ?? '';
      list.push({ key: it.mid, of: [it, seen, quote, who], made: () => message(it, seen, quote, who) });
    }
  }
  if (phone.typing) list.push({ key: 'typing', of: 1, made: typing });
  return list;
}

function typing() {
  return make('div', { class: 'ph-msg ph-msg--in' }, make('div', { class: 'ph-bubble ph-typing' },
    make('span', { class: 'dots', 'aria-hidden': 'true' }, make('i'), make('i'), make('i')), make('span', { class: 'small' }, 'typing…')));
}

function comment(it) {
  return make('p', { class: 'ph-day' }, `You commented on “${it.post ?? 'a post'}”: ${it.text} `,
    make('button', { type: 'button', onclick: () => act({ delete_comment: { comment_id: it.id } }) }, 'Delete'));
}

function quoted(message) {
  if (!message) return 'A message';
  if (message.unsent) return 'An unsent message';
  if (message.text) return message.text;
  const names = { image: 'a photo', audio: 'a voice message', video: 'a video', file: 'a file', template: 'a card' };
  return `${message.from === 'customer' ? 'You' : 'They'} sent ${names[message.attachments[0]?.type] ?? 'something'}`;
}

function message(it, seen, quote, who) {
  const own = it.from === 'customer';
  const node = make('article', { class: `ph-msg ph-msg--${own ? 'out' : 'in'}`, 'aria-label': own ? 'You' : who });
  const stack = make('div', { class: 'ph-stack' });
  const row = make('div', { class: 'ph-row' }, stack);
  node.append(row);
  if (it.unsent) {
    stack.append(make('div', { class: 'ph-bubble ph-bubble--gone' }, own ? 'You unsent a message' : 'This message was unsent'));
    return node;
  }
  if (it.reply_to?.story) stack.append(picture(it.reply_to.story, 'Their story', { class: 'ph-story' }));
  stack.append(...attachments(it));
  if (it.unsupported) stack.append(make('div', { class: 'ph-bubble ph-bubble--gone' }, 'Sent something that only the app shows'));
  if (it.text !== null) stack.append(bubble(it, quote));
  row.append(tools(it, node, own));
  if (it.reactions.length) {
    const emoji = it.reactions.map((one) => one.emoji).join('');
    node.append(make('span', { class: 'ph-react', role: 'img', 'aria-label': `Reacted ${emoji}` }, emoji));
  }
  if (it.quick_replies.length) node.append(chips(it));
  const marks = [it.edited ? 'Edited' : null, seen ? 'Seen' : null].filter(Boolean);
  if (marks.length) node.append(make('p', { class: 'ph-state' }, marks.join(' · ')));
  return node;
}

const onlyEmoji = /^(?:\p{Extended_Pictographic}|\p{Emoji_Modifier}|\u200d|\ufe0f){1,14}$/u;

function bubble(it, quote) {
  const large = onlyEmoji.test(it.text) && [...new Intl.Segmenter().segment(it.text)].length <= 3;
  const node = make('div', { class: `ph-bubble${large && !quote ? ' ph-bubble--emoji' : ''}` });
  if (quote) node.append(make('span', { class: 'ph-quote', dir: 'auto' }, quote));
  if (it.reply_to?.story) node.append(make('span', { class: 'ph-quote' }, 'You replied to their story'));
  node.append(make('p', { dir: 'auto' }, it.text));
  return node;
}

function tools(it, node, own) {
  const template = $(own ? 'own-tools' : 'their-tools').content.cloneNode(true);
  const bar = template.querySelector('.ph-tools');
  if (own && it.text === null) bar.querySelector('[data-tool="edit"]').remove();
  bar.addEventListener('click', (event) => {
    const button = event.target.closest('button');
    switch (button?.dataset.tool) {
      case 'unsend': act({ unsend: { mid: it.mid } }); break;
      case 'edit': startMode({ text: 'Edit your message', send: (text) => act({ edit: { mid: it.mid, text } }) }, it.text); break;
      case 'reply': startMode({ text: `Reply to: ${quoted(it)}`, send: (text) => act({ send: { text, reply_to: { mid: it.mid } } }) }); break;
      case 'react': reactions(it, node, button); break;
    }
  });
  return bar;
}

function reactions(it, node, button) {
  const open = node.querySelector('.ph-emoji');
  if (open) { open.remove(); button.setAttribute('aria-expanded', 'false'); return; }
  const mine = it.reactions.find((one) => one.by === 'customer')?.emoji;
  const one = (emoji) => make('button', { type: 'button', 'aria-label': emoji, 'aria-pressed': String(emoji === mine),
    onclick: () => act(emoji === mine ? { unreact: { mid: it.mid } } : { react: { mid: it.mid, emoji } }).then(() => bar.remove()) }, emoji);
  const bar = make('div', { class: 'ph-emoji', role: 'group', 'aria-label': 'Reactions' }, ...['❤️', '😂', '😮', '😢', '👍', '🔥'].map(one));
  node.querySelector('.ph-row').after(bar);
  button.setAttribute('aria-expanded', 'true');
  bar.firstChild.focus({ preventScroll: true });
  bar.scrollIntoView({ block: 'nearest' });
}

function chips(it) {
  const one = (reply) => make('button', { type: 'button', onclick: () => act({ tap: { mid: it.mid, payload: reply.payload } }) }, reply.title ?? reply.content_type ?? 'Tap');
  return make('div', { class: 'ph-chips', role: 'group', 'aria-label': 'Quick replies' }, ...it.quick_replies.map(one));
}

// ---- Attachments ----

function attachments(it) {
  const images = it.attachments.filter((one) => one.type === 'image');
  const rest = it.attachments.filter((one) => one.type !== 'image').map((one) => attachment(one, it));
  if (images.length) rest.unshift(make('span', { class: 'ph-photos' }, ...images.map((one) => picture(one.url, 'Photo'))));
  return rest;
}

function attachment(one, it) {
  const payload = one.payload ?? {};
  const post = postOf(payload);
  switch (one.type) {
    case 'audio': return voice(one.url);
    case 'video': return make('video', { class: 'ph-video', src: web(one.url), controls: true, playsinline: true, preload: 'metadata', 'aria-label': 'Video' });
    case 'file': return make('div', { class: 'ph-bubble' }, make('a', { class: 'ph-file', href: web(one.url), target: '_blank', rel: 'noopener' }, icon('file'), make('span', {}, fileName(one.url))));
    case 'sticker': return picture(one.url, 'Sticker', { class: 'ph-sticker' });
    case 'like_heart': return make('div', { class: 'ph-bubble ph-bubble--emoji' }, '❤️');
    case 'location': return make('div', { class: 'ph-bubble' }, make('span', { class: 'ph-file' }, icon('pin'), make('span', {}, `${payload.coordinates?.lat}, ${payload.coordinates?.long}`)));
    case 'template': return make('div', { class: 'ph-cards' }, ...cards(payload).map((card) => cardOf(card, it)));
    case 'story_mention': return shared('You mentioned them in your story', null, one.url);
    case 'ig_story': return shared('Story', null, one.url);
    case 'ig_post': case 'post': case 'share': case 'media_share': case 'MEDIA_SHARE': return shared('Post', payload.title ?? post?.caption, one.url ?? post?.url ?? payload.image_url, post);
    case 'ig_reel': case 'reel': return shared('Reel', payload.title, '/cdn/reel.jpg');
    default: return make('div', { class: 'ph-bubble ph-bubble--gone' }, payload.title ?? 'Something that only the app shows');
  }
}

/** One of the business's own, if it is. */
function postOf(payload) {
  const id = String(payload.id ?? payload.ig_post_media_id ?? '');
  return id && state.phone?.account?.posts.find((it) => it.id === id || it.id.endsWith(`_${id}`));
}

function fileName(url) { try { return decodeURIComponent(new URL(url, location.href).pathname.split('/').pop()) || 'File'; } catch { return 'File'; } }

function shared(kind, title, url, post) {
  const isPage = /instagram\.com|facebook\.com/.test(url ?? '');
  const image = isPage ? post?.url : url;
  return make('div', { class: 'ph-card' }, image ? picture(image, '') : null,
    make('div', { class: 'ph-card__text' }, make('p', { class: 'small' }, kind), title ? make('p', { class: 'strong', dir: 'auto' }, title) : null));
}

/** Generic, product and button templates, by either platform's way of writing them. */
function cards(payload) {
  const inner = payload.generic ?? payload.product ?? payload.media ?? payload.button ?? payload;
  if (Array.isArray(inner.elements)) return inner.elements;
  return [{ text: inner.text ?? payload.text, buttons: inner.buttons ?? [] }];
}

function cardOf(card, it) {
  const words = make('div', { class: 'ph-card__text' });
  if (card.title) words.append(make('p', { class: 'strong', dir: 'auto' }, card.title));
  if (card.subtitle) words.append(make('p', { class: 'faint', dir: 'auto' }, card.subtitle));
  if (card.text) words.append(make('p', { dir: 'auto' }, card.text));
  const button = (one) => one.url
    ? make('a', { class: 'ph-card__do', href: web(one.url), target: '_blank', rel: 'noopener' }, one.title ?? 'Open')
    : make('button', { type: 'button', class: 'ph-card__do', onclick: () => act({ tap: { mid: it.mid, payload: one.payload } }) }, one.title ?? 'Tap');
  const image = card.image_url ?? (card.media_type === 'image' ? card.url : null);
  return make('div', { class: 'ph-card' }, image ? picture(image, '') : null, words.childNodes.length ? words : null, ...(card.buttons ?? []).map(button));
}

function voice(url) {
  const audio = make('audio', { src: web(url), preload: 'metadata' });
  const bars = Array.from({ length: 24 }, (_, n) => make('i', { class: `b${(n * n * 7 + n * 3 + (url?.length ?? 0)) % 5}` }));
  const wave = make('span', { class: 'ph-wave', 'aria-hidden': 'true' }, ...bars);
  const time = make('time', {}, '0:00');
  const play = make('button', { type: 'button', 'aria-label': 'Play voice message', onclick: () => (audio.paused ? audio.play().catch(() => {}) : audio.pause()) }, icon('play'));
  const clock = (s) => `${Math.floor(s / 60)}:${String(Math.floor(s % 60)).padStart(2, '0')}`;
  const show = () => {
    const length = Number.isFinite(audio.duration) ? audio.duration : 0;
    time.textContent = clock(audio.currentTime || length);
    bars.forEach((bar, n) => bar.classList.toggle('on', length > 0 && n < (audio.currentTime / length) * bars.length));
  };
  const button = (name, label) => { play.replaceChildren(icon(name)); play.setAttribute('aria-label', label); };
  audio.addEventListener('loadedmetadata', show);
  audio.addEventListener('timeupdate', show);
  audio.addEventListener('play', () => button('pause', 'Pause voice message'));
  audio.addEventListener('pause', () => button('play', 'Play voice message'));
  audio.addEventListener('ended', () => { audio.currentTime = 0; });
  return make('div', { class: 'ph-bubble ph-voice' }, play, wave, time, audio);
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

// ---- Writing ----

function startMode(mode, text = '') {
  state.mode = mode;
  $('mode-text').textContent = mode.text;
  $('mode').hidden = false;
  if (text) field.value = text;
  field.focus();
}

function endMode() { state.mode = null; $('mode').hidden = true; }

async function send() {
  const text = field.value.trim();
  if (!text) return;
  const { mode } = state;
  field.value = '';
  endMode();
  const made = await (mode ? mode.send(text) : act({ send: { text } }));
  // What could not be sent is not lost.
  if (made === null && !field.value) field.value = text;
  log.scrollTop = log.scrollHeight;
}

const SAMPLES = [['tidal-mugs.jpg', 'Two mugs'], ['chip-1.jpg', 'A chipped mug'], ['plates.jpg', 'Plates']];

function togglePhotos(open = $('photos').hidden) {
  const panel = $('photos'), atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 80;
  panel.hidden = !open;
  $('photo').setAttribute('aria-expanded', String(open));
  if (!panel.childNodes.length) panel.append(...photoButtons());
  if (atEnd) log.scrollTop = log.scrollHeight;
}

function photoButtons() {
  const sample = ([name, label]) => make('button', { type: 'button', 'aria-label': label, title: label,
    onclick: () => { togglePhotos(false); act({ send: { attachments: [{ type: 'image', url: `${location.origin}/cdn/${name}` }] } }); field.focus(); } }, picture(`/cdn/${name}`, ''));
  return [...SAMPLES.map(sample), make('button', { type: 'button', onclick: () => $('file').click() }, 'From this computer')];
}

/** Pictures go together, everything else by itself. */
async function sendFiles(files) {
  togglePhotos(false);
  try {
    wrong('');
    const sent = await Promise.all([...files].map(upload));
    const images = sent.filter((it) => it.type === 'image'), others = sent.filter((it) => it.type !== 'image');
    if (images.length) await act({ send: { attachments: images } });
    for (const it of others) await act({ send: { attachments: [it] } });
  } catch (error) { wrong(error.message); }
}

/** With a microphone, until pressed again; without one a sample goes. */
let recorder = null;
async function record() {
  if (recorder) { recorder.stop(); return; }
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    const type = ['audio/mp4', 'audio/webm'].find((it) => MediaRecorder.isTypeSupported(it));
    const parts = [];
    recorder = new MediaRecorder(stream, { mimeType: type });
    recorder.ondataavailable = (event) => parts.push(event.data);
    recorder.onstop = () => {
      stream.getTracks().forEach((it) => it.stop());
      recorder = null;
      $('record').setAttribute('aria-pressed', 'false');
      sendFiles([new Blob(parts, { type })]);
    };
    recorder.start();
    $('record').setAttribute('aria-pressed', 'true');
  } catch { recorder = null; also('voice'); }
}

function also(what) {
  const { phone } = state;
  if (!phone) return;
  const newest = phone.account?.posts.find((it) => !it.is_reel);
  const sent = (type, name) => act({ send: { attachments: [{ type, url: `${location.origin}/cdn/${name}` }] } });
  switch (what) {
    case 'voice': sent('audio', 'voice-12.wav'); break;
    case 'video': sent('video', 'clip.mp4'); break;
    case 'heart': act({ like_heart: {} }); break;
    case 'reel': act({ share: { kind: 'reel' } }); break;
    // Instagram tells the picture of a post, Messenger its address.
    case 'post': act({ share: { kind: 'post', id: newest?.id, url: phone.platform === 'instagram' ? newest?.url : undefined } }); break;
    case 'mention': act({ story_mention: { url: `${location.origin}/cdn/story.jpg` } }); break;
    case 'story': startMode({ text: 'Reply to their story', send: (text) => act({ story_reply: { text } }) }); break;
    case 'comment': {
      startMode({ text: `Comment on “${newest?.caption ?? 'their newest post'}”`, send: (text) => act({ comment: { text, post_id: newest?.id } }) });
      break;
    }
    case 'location': act({ location: { lat: 55.6867, long: 12.5701 } }); break;
    case 'block': act(phone.blocked ? { unblock: {} } : { block: {} }); break;
  }
  if (['story', 'comment'].includes(what)) pane('phone');
}

// ---- Control ----

function showTraffic({ faults, items }) {
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

const selects = () => [$('request-fault'), $('webhook-fault')];

/** What was asked for and has happened is over; another page may have asked for something else. */
function showFaults(faults) {
  const pending = faults.map(({ account_id, times, ...kind }) => kind);
  for (const select of selects()) {
    const options = [...select.options].filter((it) => it.value);
    const is = (option) => { const wanted = Object.entries(JSON.parse(option.value)); return pending.some((it) => wanted.every(([key, value]) => it[key] === value)); };
    select.value = options.find(is)?.value ?? '';
  }
}

async function setFaults() {
  const wanted = selects().map((it) => it.value).filter(Boolean).map((it) => JSON.parse(it));
  const account_id = state.phone?.account?.id;
  try {
    wrong('');
    await ask('/faults', undefined, 'DELETE');
    for (const fault of wanted) await ask('/faults', { ...fault, account_id, times: 1 });
  } catch (error) { wrong(error.message); }
  refresh();
}

function pane(name) {
  sim.dataset.pane = name;
  for (const button of $('tabs').children) {
    if (button.dataset.pane === name) button.setAttribute('aria-current', 'true'); else button.removeAttribute('aria-current');
  }
  if (name === 'phone') { log.scrollTop = log.scrollHeight; readIfSeen(); }
}

// ---- Listening ----

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
