// What the customer writes and sends.

import { $, field, log, make, picture, state, upload, wrong } from './base.js';
import { act, pane } from './simulator.js';

export function startMode(mode, text = '') {
  state.mode = mode;
  $('mode-text').textContent = mode.text;
  $('mode').hidden = false;
  if (text) field.value = text;
  field.focus();
}

export function endMode() { state.mode = null; $('mode').hidden = true; }

export async function send() {
  const text = field.value.trim();
  if (!text) return;
  const { mode } = state;
  field.value = '';
  endMode();
  const made = await (mode ? mode.send(text) : act({ send: { text } }));
  // What could not be sent is not lost, nor what it was meant for.
  if (made === null && !field.value) {
    field.value = text;
    if (mode) startMode(mode);
  }
  log.scrollTop = log.scrollHeight;
}

const SAMPLES = [['tidal-mugs.jpg', 'Two mugs'], ['chip-1.jpg', 'A chipped mug'], ['plates.jpg', 'Plates']];

export function togglePhotos(open = $('photos').hidden) {
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
export async function sendFiles(files) {
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
export async function record() {
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

export function also(what) {
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
