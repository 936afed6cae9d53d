// The chat: messages, reactions, quick replies, typing.

import { $, day, hours, log, make, picture, state } from './base.js';
import { attachments } from './attachments.js';
import { startMode } from './write.js';
import { act } from './simulator.js';

/** Nodes whose message has not changed stay as they are, with focus and playing sounds. */
export function showChat(phone, first) {
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
    onclick: () => { close(); act(emoji === mine ? { unreact: { mid: it.mid } } : { react: { mid: it.mid, emoji } }); } }, emoji);
  const close = () => { button.focus({ preventScroll: true }); button.setAttribute('aria-expanded', 'false'); bar.remove(); };
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
