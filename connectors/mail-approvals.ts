import {
  type ApprovalChat,
  type ApprovalQuestion,
  type ApprovalRecipient,
  type Host,
  isObject,
  type JsonObject,
  type JsonValue,
} from '@castellan/sdk';
import { fieldWords } from './field-words.js';
import type { MailInput } from './mail-message.js';

/** How a system sends an e-mail, and finds one that it may have sent under the host's key. */
interface Mailer {
  send(mail: MailInput, host: Host): Promise<JsonObject>;
  find?(mail: Pick<MailInput, 'to'>, host: Host): Promise<JsonObject | null>;
}

const mostLines = 200;

/** Approvals asked for by e-mail: each recipient gets a link to the page, and nothing is decided in the e-mail itself. */
export function mailApprovals({ send, find }: Mailer): ApprovalChat {
  return {
    post: (question, to, host) => send(mailOf(question, to, 'To decide'), host),
    find: async (to, host) => (await find?.({ to: [addressOf(to)] }, host)) ?? null,
    // What was sent stays as it is; its link leads to how things stand.
    update: async () => undefined,
    remind: async (question, to, host) => {
      await send(mailOf(question, to, 'Reminder'), host);
    },
  };
}

function mailOf(question: ApprovalQuestion, to: ApprovalRecipient, kind: string): MailInput {
  const { title, flow, subject, url, expiresAt, show, needed } = question;
  const lines = shownLines(show);
  const cut = lines.length > mostLines;
  const text = [
    title,
    '',
    `Asked by the flow ${flow}.`,
    ...(question.for === null ? [] : [`You are asked for ${question.for}, as their deputy.`]),
    ...(subject === null ? [] : [`It is about ${subject}.`]),
    ...(needed > 1 ? [`${needed} people have to approve.`] : []),
    ...(expiresAt === null ? [] : [`Open until ${expiresAt.replace('T', ' ').replace(/:\d\d(\.\d+)?Z$/, ' UTC')}.`]),
    '',
    ...(lines.length === 0 ? [] : [...lines.slice(0, mostLines), ...(cut ? ['There is more on the page.'] : []), '']),
    'Look at all of it and decide here:',
    url,
    '',
    'You sign in there; opening the link decides nothing. The link is for you, and holds as long as the question is open.',
  ];
  return { to: [addressOf(to)], subject: oneLine(`${kind}: ${title}`), text: text.join('\n') };
}

function addressOf(to: ApprovalRecipient): string {
  if ('email' in to) return to.email;
  throw new Error('An e-mail has no channels.');
}

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').slice(0, 200);

/** Any value for people: a line for each field and each item of a list. */
function shownLines(value: JsonValue, depth = 0): string[] {
  const indent = '  '.repeat(depth);
  if (value === null || value === '') return [];
  if (Array.isArray(value)) return value.map((item) => `${indent}- ${inline(item)}`);
  if (!isObject(value)) return [`${indent}${String(value)}`];
  return Object.entries(value).flatMap(([name, part]) => {
    if (part === null || part === '') return [];
    const isList = Array.isArray(part);
    return isList
      ? [`${indent}${fieldWords(name)}:`, ...shownLines(part, depth + 1)]
      : [`${indent}${fieldWords(name)}: ${inline(part)}`];
  });
}

function inline(value: JsonValue): string {
  if (Array.isArray(value)) return value.map(inline).join(', ');
  if (!isObject(value)) return String(value);
  return Object.entries(value)
    .filter(([, part]) => part !== null && part !== '')
    .map(([name, part]) => (typeof part === 'object' ? `${fieldWords(name)}: ${inline(part)}` : inline(part)))
    .join(', ');
}
