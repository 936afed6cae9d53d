// The views of the inbox, in the order of the rail (model/src/view.rs).

export type View = { title: string; path: string; empty: string };

export const VIEWS: View[] = [
  {
    title: 'Mine',
    path: '/inbox',
    empty: 'Conversations that are yours appear here, newest first.',
  },
  {
    title: 'Unassigned',
    path: '/inbox?view=unassigned',
    empty: 'Conversations that nobody has taken appear here.',
  },
  {
    title: 'All open',
    path: '/inbox?view=all-open',
    empty: 'Every open conversation appears here, newest first.',
  },
  {
    title: 'Expiring soon',
    path: '/inbox?view=expiring-soon',
    empty: 'Conversations whose reply window is about to close appear here.',
  },
  {
    title: 'With the bot',
    path: '/inbox?view=with-the-bot',
    empty: 'Conversations that a bot is answering appear here.',
  },
  {
    title: 'Snoozed',
    path: '/inbox?view=snoozed',
    empty: 'Conversations put aside until later appear here.',
  },
  {
    title: 'Closed',
    path: '/inbox?view=closed',
    empty: 'Conversations that are done appear here.',
  },
];
