import type { PolicyRule } from '@castellan/flow';

/** What each rule says, and what it is called for short. */
export const ruleWords: Record<PolicyRule, { title: string; short: string; about: string }> = {
  guarded: {
    title: 'What takes something away comes after an approval',
    short: 'An approval or a budget',
    about: 'Revokes, deletions, calls that delete, and updates that turn somebody off.',
  },
  bound: {
    title: 'An approval names the removals that it lets through',
    short: 'Bound approvals',
    about:
      'A step that takes something away, and comes only once it is approved, stands among those that the approval allows.',
  },
  signed: {
    title: 'A webhook that changes something asks for a signature',
    short: 'Signed webhooks',
    about: 'Without one, whoever knows its address makes the change. An approval on the way is enough, too.',
  },
  hrData: {
    title: 'Data of an HR system is not told in public, nor outside',
    short: 'HR data',
    about:
      'Followed through expressions, shapes, loops and called flows to channels of Slack and Microsoft Teams, mail, and other systems.',
  },
  secrets: {
    title: 'Passwords, keys and tokens stand in no message, ticket or log',
    short: 'Secrets',
    about: 'Told by the names of fields. Credentials that are written into the flow itself break it, too.',
  },
  repeats: {
    title: 'What would happen twice is not sent twice',
    short: 'No repeats',
    about:
      'Writes that a system does again when they come again: after a webhook that does not know a delivery that came before, or after an outcome that nobody knows.',
  },
};
