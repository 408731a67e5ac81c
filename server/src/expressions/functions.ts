/** What people read about a function that Castellan adds to JSONata; the designer lists these. */
export interface FunctionDoc {
  name: string;
  /** How it is called. */
  usage: string;
  about: string;
  example: { jsonata: string; gives: unknown };
}

/** The added functions, by topic. The example of each is run by its test. */
export const functionDocs = [
  {
    name: 'date',
    usage: '$date(instant, zone?, picture?)',
    about:
      'Text of an instant (ISO text with a zone, or milliseconds) in a time zone, UTC when left out. The picture is that of $fromMillis; without one, ISO 8601.',
    example: {
      jsonata: '$date("2026-07-01T06:30:00Z", "Europe/Zurich", "[D01].[M01].[Y0001] [H01]:[m01]")',
      gives: '01.07.2026 08:30',
    },
  },
  {
    name: 'instant',
    usage: '$instant(text, zone)',
    about:
      'The instant of a local date and time in a time zone, as ISO text in UTC. A time that the clock skips moves on; of one that comes twice it is the first.',
    example: { jsonata: '$instant("2026-12-01 09:00", "America/New_York")', gives: '2026-12-01T14:00:00.000Z' },
  },
  {
    name: 'addTime',
    usage: '$addTime(instant, amount, unit, zone?)',
    about:
      'The instant so many seconds, minutes, hours, days, weeks, months or years later (earlier when negative), as ISO text in UTC. Days and more follow the calendar and clock of the zone.',
    example: {
      jsonata: '$addTime("2026-10-24T12:00:00Z", 1, "day", "Europe/Zurich")',
      gives: '2026-10-25T13:00:00.000Z',
    },
  },
  {
    name: 'timeBetween',
    usage: '$timeBetween(from, to, unit)',
    about: 'How many seconds, minutes, hours, days or weeks lie between two instants; negative when to is earlier.',
    example: { jsonata: '$timeBetween("2026-11-01", "2026-11-15T12:00:00Z", "days")', gives: 14.5 },
  },
  {
    name: 'lookupBy',
    usage: '$lookupBy(list, key, value)',
    about: 'The first item of a list whose key has the value. The key may be a path with dots.',
    example: {
      jsonata: '$lookupBy([{"id": 1, "team": "IT"}, {"id": 2, "team": "HR"}], "id", 2).team',
      gives: 'HR',
    },
  },
  {
    name: 'groupBy',
    usage: '$groupBy(list, key)',
    about: 'An object with a list of the items for each value of the key. Items without the key are left out.',
    example: {
      jsonata: '$groupBy([{"app": "Jira", "user": "a"}, {"app": "Slack", "user": "b"}], "app")',
      gives: { Jira: [{ app: 'Jira', user: 'a' }], Slack: [{ app: 'Slack', user: 'b' }] },
    },
  },
  {
    name: 'diffLists',
    usage: '$diffLists(before, after, key?)',
    about:
      'What was added, removed and kept between two lists, as { added, removed, kept }. With a key, items are the same when the key is; kept has those of after.',
    example: {
      jsonata: '$diffLists(["read", "write"], ["read", "admin"])',
      gives: { added: ['admin'], removed: ['write'], kept: ['read'] },
    },
  },
  {
    name: 'unique',
    usage: '$unique(list, key?)',
    about: 'The list without repetitions; with a key, the first item for each value of the key.',
    example: {
      jsonata: '$unique([{"id": 1, "n": "a"}, {"id": 1, "n": "b"}], "id")',
      gives: [{ id: 1, n: 'a' }],
    },
  },
  {
    name: 'mask',
    usage: '$mask(text)',
    about: 'Text made unreadable: of an e-mail address the first letter and the domain stay, of others the last four.',
    example: { jsonata: '$mask("anna.smith@example.com")', gives: 'a***@example.com' },
  },
  {
    name: 'sha256',
    usage: '$sha256(text)',
    about: 'The SHA-256 hash of the text in UTF-8, as hexadecimal.',
    example: {
      jsonata: '$sha256("castellan")',
      gives: '0710c0cd2cd70f39e49520c8dc60705d83275b6fd11032459556f85c095ba13f',
    },
  },
  {
    name: 'parseEmail',
    usage: '$parseEmail(text)',
    about:
      'The parts of one e-mail address, with or without a name: { name, address, local, domain }. Nothing if it is none.',
    example: {
      jsonata: '$parseEmail("Anna Smith <anna@Example.com>")',
      gives: { name: 'Anna Smith', address: 'anna@example.com', local: 'anna', domain: 'example.com' },
    },
  },
] as const satisfies FunctionDoc[];

export type AddedFunctionName = (typeof functionDocs)[number]['name'];
