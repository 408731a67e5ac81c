import type { ShadowDifference, ShadowRun } from '@castellan/api';

/** What a difference says of the version that is tried, after "it": would also call Revoke access. */
export function differenceSentence(difference: Omit<ShadowDifference, 'sentence'>): string {
  const { kind, change, title, before, after } = difference;
  const verb = verbs[difference.stepKind ?? ''] ?? 'call';
  switch (kind) {
    case 'trigger':
      return 'would not start';
    case 'call':
      return change === 'new' ? `would also ${verb} ${title}` : `would not ${verb} ${title}`;
    case 'input':
      return `would ${verb} ${title} with other input`;
    case 'response':
      return 'would answer the caller otherwise';
    case 'end':
      return endWords(before as End, after as End);
    case 'path':
      return `${subjectOf(difference)} would be ${wayWords(after as Way)} instead of ${wayWords(before as Way)}`;
  }
}

/** What a step of this kind does to the world. */
const verbs: Record<string, string> = { approval: 'ask for', subflow: 'start', undo: 'take back', notify: 'tell' };

/** The step as the subject of a sentence. */
function subjectOf({ stepKind, title }: Pick<ShadowDifference, 'stepKind' | 'title'>): string {
  if (stepKind === 'undo') return `what takes back ${title}`;
  return stepKind === 'notify' ? `telling ${title}` : title;
}

interface Way {
  status: string;
  port: string | null;
}

interface End {
  status: string;
  outcome: string | null;
  error: { message: string } | null;
}

function wayWords({ status, port }: Way): string {
  return port === null ? status : `${status} by ${port}`;
}

const statusWords: Record<string, string> = {
  succeeded: 'succeed',
  failed: 'fail',
  cancelled: 'be cancelled',
  waiting: 'not come to an end',
};

function endWords(before: End, after: End): string {
  if (before.status !== after.status) {
    const why = after.error ? ` (${after.error.message})` : '';
    return `would ${statusWords[after.status] ?? after.status}${why}`;
  }
  return before.error ? 'would fail for another reason' : 'would say another outcome';
}

/** All differences of one run in a sentence; calls of a loop are counted. */
export function runSentence(differences: ShadowDifference[]): string {
  if (differences.length === 0) return 'would do the same';
  const counts = new Map<string, number>();
  for (const { sentence } of differences) counts.set(sentence, (counts.get(sentence) ?? 0) + 1);
  const parts = [...counts].map(([sentence, count]) => (count === 1 ? sentence : `${sentence} (${count} times)`));
  return joined(parts, 3);
}

/** What came of all runs: 47 of 50 runs would do the same; 3 would also call Revoke access. */
export function summarySentence(runs: Pick<ShadowRun, 'verdict' | 'differences'>[]): string {
  const total = runs.length;
  const [one] = runs;
  if (!one) return 'There is no ended run to try it on.';
  if (total === 1) return `The one run ${oneSentence(one)}.`;
  const same = runs.filter(({ verdict }) => verdict === 'same').length;
  if (same === total) return `All ${total} runs would do the same.`;
  const groups = new Map<string, number>();
  for (const { differences } of runs) {
    const first = differences[0]?.sentence;
    if (first !== undefined) groups.set(first, (groups.get(first) ?? 0) + 1);
  }
  const parts = [...groups]
    .sort(([, one], [, other]) => other - one)
    .map(([sentence, count]) => `${count} ${sentence}`);
  const failed = runs.filter(({ verdict }) => verdict === 'failed').length;
  if (failed > 0) parts.push(`${failed} cannot be rehearsed`);
  const start = same === 0 ? `None of ${total} runs would do the same` : `${same} of ${total} runs would do the same`;
  return `${start}; ${joined(parts, 4)}.`;
}

const oneSentence = ({ verdict, differences }: Pick<ShadowRun, 'verdict' | 'differences'>): string =>
  verdict === 'failed' ? 'cannot be rehearsed' : runSentence(differences);

function joined(parts: string[], most: number): string {
  const shown = parts.slice(0, most);
  const rest = parts.length - shown.length;
  return rest > 0 ? `${shown.join(', ')} and ${rest} more` : shown.join(', ');
}
