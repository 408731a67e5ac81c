import type { ConnectionRow } from '@castellan/api';

/** What somebody has to do about a connection. */
export interface Need {
  /** ended and failing: calls fail now · ending: they will · unconnected: nobody agreed yet. */
  kind: 'failing' | 'unconnected' | 'ended' | 'ending';
  /** One sentence. */
  text: string;
  /** When it ends or ended. */
  at: string | null;
}

/** Why nothing could be called to test it; null if it was tested, or will be. */
export const untestedReason = ({ status, statusMessage }: ConnectionRow): string | null =>
  status === 'untested' ? statusMessage : null;

const dayMs = 86_400_000;
/** So long before its end a connection is told about. */
const warnMs = 14 * dayMs;

/** The one thing that is most urgent, or null. Connections of simulators need nothing. */
export function needOf(connection: ConnectionRow, now: number): Need | null {
  if (connection.simulator) return null;
  if (connection.consent && !connection.consent.given) {
    return { kind: 'unconnected', text: 'Nobody has agreed to it at the other system yet.', at: null };
  }
  if (connection.status === 'failing') {
    return { kind: 'failing', text: connection.statusMessage ?? 'It does not work.', at: null };
  }
  const end = endOf(connection);
  if (!end || end.at - now > warnMs) return null;
  const at = new Date(end.at).toISOString();
  return end.at <= now
    ? { kind: 'ended', text: `${end.what} has ended. ${end.remedy}`, at }
    : { kind: 'ending', text: `${end.what} ends soon. ${end.remedy}`, at };
}

/** Connections that need somebody, what fails first. */
export function needs(connections: ConnectionRow[], now: number): { connection: ConnectionRow; need: Need }[] {
  const order = ['failing', 'ended', 'ending', 'unconnected'];
  return connections
    .flatMap((connection) => {
      const need = needOf(connection, now);
      return need ? [{ connection, need }] : [];
    })
    .toSorted((a, b) => order.indexOf(a.need.kind) - order.indexOf(b.need.kind));
}

interface End {
  at: number;
  what: string;
  remedy: string;
}

/** What of it ends first without going on by itself. */
function endOf({ secretExpiresOn, token, consent }: ConnectionRow): End | undefined {
  const connectAgain = 'Connect again on its page.';
  const ends: End[] = [];
  if (secretExpiresOn) {
    const at = Date.parse(secretExpiresOn) + dayMs;
    ends.push({ at, what: 'Its secret', remedy: 'Make a new one at the other system and enter it here.' });
  }
  if (consent && token?.renewedUntil) {
    ends.push({ at: Date.parse(token.renewedUntil), what: 'The consent', remedy: connectAgain });
  }
  if (consent && token?.expiresAt && !token.renewed) {
    ends.push({ at: Date.parse(token.expiresAt), what: 'The consent', remedy: connectAgain });
  }
  return ends.toSorted((a, b) => a.at - b.at)[0];
}
