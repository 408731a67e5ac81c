import { simulatedPeople } from '../simulated-company.js';

export interface SimulatedMember {
  id: string;
  name: string;
  realName: string;
  email: string;
  isBot: boolean;
  isDeactivated: boolean;
  /** The address was never confirmed. */
  isUnverified?: boolean;
}

export interface SimulatedChannel {
  id: string;
  name: string;
  isPrivate: boolean;
  isArchived: boolean;
  /** The app is in it. */
  isMember: boolean;
  /** Ids of the people who are in it. */
  members: string[];
}

export interface SimulatedMessage {
  channel: string;
  ts: string;
  user: string;
  text: string;
  thread_ts?: string;
  blocks?: object[];
  metadata?: object;
  files?: { id: string; title: string }[];
}

export interface SimulatedGroup {
  id: string;
  name: string;
  handle: string;
  users: string[];
}

export interface SlackState {
  members: SimulatedMember[];
  channels: SimulatedChannel[];
  /** Direct messages of the app by the member's id. */
  directMessages: { id: string; user: string }[];
  messages: SimulatedMessage[];
  /** What only one member saw. */
  ephemerals: { channel: string; user: string; text: string }[];
  /** Dialogs that were opened, by the click that they answer. */
  views: { triggerId: string; view: object }[];
  userGroups: SimulatedGroup[];
  /** Files that were given a place; `size` is null until one is filled, `channel` until it is shared. */
  files: { id: string; filename: string; length: number; size: number | null; channel: string | null }[];
}

/** The app itself, as its members and its calls see it. */
export const simulatedApp = {
  id: 'A0CASTELLAN',
  team: 'Simulated Company',
  teamId: 'T0CASTELLAN',
  user: 'castellan',
  userId: 'U0CASTELLAN',
  botId: 'B0CASTELLAN',
};

const memberId = (index: number): string => `U${String(index + 1).padStart(8, '0')}`;

const idsOf = (team?: string): string[] =>
  simulatedPeople.flatMap((person, index) => (team === undefined || person.team === team ? [memberId(index)] : []));

const channels: [id: string, name: string, members: string[]][] = [
  ['C0SECURITY', 'security', idsOf('Security')],
  ['C0INCIDENTS', 'incidents', idsOf('Security')],
  ['C0ITSUPPORT', 'it-support', idsOf('Engineering')],
  ['C0GENERAL', 'general', idsOf()],
  ['C0WELCOME', 'welcome', []],
];

export function slackSeed(first: string = anHourAgo()): SlackState {
  return {
    members: simulatedPeople.map(({ email, firstName, lastName }, index) => ({
      id: memberId(index),
      name: email.split('@')[0]!,
      realName: `${firstName} ${lastName}`,
      email,
      isBot: false,
      isDeactivated: false,
    })),
    channels: channels.map(([id, name, members]) => ({
      ...{ id, name, members: [...members] },
      isPrivate: false,
      isArchived: false,
      isMember: true,
    })),
    directMessages: [],
    messages: [
      {
        channel: 'C0SECURITY',
        ts: first,
        user: simulatedApp.userId,
        text: 'Castellan posts to this channel.',
      },
    ],
    ephemerals: [],
    views: [],
    userGroups: [{ id: 'S0ONCALL', name: 'On-call', handle: 'on-call', users: idsOf('Security') }],
    files: [],
  };
}

/** As Slack writes instants, which are also the ids of messages. */
const anHourAgo = (): string => `${Math.floor(Date.now() / 1_000) - 3_600}.000247`;
