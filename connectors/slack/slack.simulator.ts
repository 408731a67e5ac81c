import { defineSimulator, type SimulatorView } from '@castellan/sdk/simulator';
import description from './fixtures/slack.openapi.json' with { type: 'json' };
import fileHost from './fixtures/slack-files.openapi.json' with { type: 'json' };
import { type SimulatedMessage, type SlackState, slackSeed } from './slack.seed.js';
import { formsRead } from './slack-forms.js';
import { refused } from './slack-simulated-answers.js';
import { fileRules, uploadRoot, uploadRules } from './slack-simulated-files.js';
import { messageRules } from './slack-simulated-messages.js';
import { workspaceRules } from './slack-simulated-workspace.js';

export const slackSimulator = defineSimulator<SlackState>({
  connector: 'slack',
  title: 'Slack',
  apis: [
    {
      description: description as never,
      root: '/api',
      read: formsRead(description, '/api'),
      error: (_, message) => ({ ok: false, error: 'invalid_arguments', response_metadata: { messages: [message] } }),
      authorize: ({ headers }) => (/^Bearer \S+/.test(headers.authorization ?? '') ? null : refused('not_authed')),
      rules: { ...workspaceRules, ...messageRules, ...fileRules },
    },
    { description: fileHost as never, root: uploadRoot, rules: uploadRules },
  ],
  seed: () => slackSeed(),
  view,
});

function view(state: SlackState): SimulatorView {
  const { members, channels, directMessages, messages, userGroups } = state;
  const nameOf = (user: string) => members.find(({ id }) => id === user)?.realName ?? 'Castellan';
  const rooms = [
    ...channels.map(({ id, name }) => ({ id, name: `#${name}` })),
    ...directMessages.map(({ id, user }) => ({ id, name: nameOf(user) })),
  ];
  return {
    tables: [
      {
        title: 'Members',
        columns: [
          { key: 'name', title: 'Name' },
          { key: 'email', title: 'E-mail' },
        ],
        rows: members.map(({ realName, email }) => ({ name: realName, email })),
      },
      {
        title: 'Channels',
        columns: [
          { key: 'name', title: 'Name' },
          { key: 'members', title: 'Members' },
          { key: 'state', title: 'State' },
        ],
        rows: channels.map(({ name, members: ids, isArchived }) => ({
          name: `#${name}`,
          members: ids.map(nameOf).join(', '),
          state: isArchived ? 'archived' : 'in use',
        })),
      },
      {
        title: 'User groups',
        columns: [
          { key: 'handle', title: 'Handle' },
          { key: 'members', title: 'Members' },
        ],
        rows: userGroups.map(({ handle, users }) => ({ handle: `@${handle}`, members: users.map(nameOf).join(', ') })),
      },
    ],
    channels: rooms.map(({ id, name }) => ({
      name,
      messages: messages
        .filter(({ channel }) => channel === id)
        .map((message) => ({
          at: new Date(Number(message.ts) * 1000).toISOString(),
          from: nameOf(message.user),
          text: wordsOf(message),
        })),
    })),
  };
}

/** A message in one text: its words, its files and its buttons. */
function wordsOf({ text, files = [], blocks = [] }: SimulatedMessage): string {
  const buttons = (blocks as { elements?: { type: string; text?: { text?: string } }[] }[])
    .flatMap(({ elements = [] }) => elements)
    .filter(({ type }) => type === 'button')
    .map((button) => `[${button.text?.text ?? ''}]`);
  return [text, ...files.map(({ title }) => `📎 ${title}`), buttons.join(' ')].filter((part) => part !== '').join('\n');
}
