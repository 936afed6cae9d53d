// What messages carry, as the app would show it.

import { icon, make, picture, state, web } from './base.js';
import { act } from './simulator.js';

export function attachments(it) {
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
