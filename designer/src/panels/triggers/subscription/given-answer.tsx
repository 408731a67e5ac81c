import type { GivenAnswer } from '@castellan/api';
import { Text } from '@mantine/core';
import { inline } from '../../../ui/format.js';
import { RelativeTime } from '../../../ui/relative-time.js';
import { type Look, StatusBadge } from '../../../ui/status-badge.js';

/** What a system was answered, by whom, and why it was not the flow's own answer. */
export function GivenAnswerText({ answer, system }: { answer: GivenAnswer; system: string }) {
  const { look, word } = standingOf(answer);
  return (
    <div>
      <StatusBadge look={look} word={word} plain />
      {answer.output !== null && (
        <Text size="sm" className="break-anywhere">
          {answer.answeredAt === null ? (
            `${system} is to be told: `
          ) : (
            <>
              {system} was told <RelativeTime at={answer.answeredAt} />:{' '}
            </>
          )}
          <code>{inline(answer.output)}</code>
        </Text>
      )}
      {answer.reason !== null && (
        <Text size="sm" className="break-anywhere">
          {answer.reason}
        </Text>
      )}
      {answer.problem !== null && (
        <Text size="sm" className="break-anywhere">
          {answer.state === 'failed' ? 'It did not arrive: ' : 'It is tried again: '}
          {answer.problem}
        </Text>
      )}
    </div>
  );
}

function standingOf({ state, by }: GivenAnswer): { look: Look; word: string } {
  if (state === 'waiting') return { look: 'waiting', word: 'Answer awaited' };
  if (state === 'decided') return { look: 'running', word: 'Answer on its way' };
  if (state === 'failed') return { look: 'failed', word: 'Not answered' };
  return by === 'flow'
    ? { look: 'succeeded', word: 'Answered by the flow' }
    : { look: 'unknown', word: 'Answered by the fallback' };
}
