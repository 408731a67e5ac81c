import type { SimulatedAnswer, SimulatedRequest } from '@castellan/sdk/simulator';
import type { SimulatedChannel, SimulatedMember, SlackState } from './slack.seed.js';

export type Rule = (state: SlackState, request: SimulatedRequest) => SimulatedAnswer;

/** Slack refuses with HTTP 200. */
export function refused(error: string): SimulatedAnswer {
  return { body: { ok: false, error } };
}

export function done(body: object = {}): SimulatedAnswer {
  return { body: { ok: true, ...body } };
}

/** One page of a list and the cursor of the next, which is empty at the end. */
export function pageOf<T>(items: T[], { query }: SimulatedRequest): { page: T[]; next: string } {
  const start = query.cursor ? Number(Buffer.from(query.cursor, 'base64').toString()) : 0;
  const end = start + Number(query.limit ?? 100);
  return { page: items.slice(start, end), next: end < items.length ? Buffer.from(String(end)).toString('base64') : '' };
}

/** A channel by id or name, or a direct message by id or by the member's id. */
export function placeOf(
  { channels, directMessages }: SlackState,
  named: string,
): SimulatedChannel | SlackState['directMessages'][number] | undefined {
  return (
    channels.find(({ id, name }) => id === named || name === named.replace(/^#/, '')) ??
    directMessages.find(({ id, user }) => id === named || user === named)
  );
}

export function memberNamed({ members }: SlackState, named: string): SimulatedMember | undefined {
  return members.find(({ id }) => id === named);
}
