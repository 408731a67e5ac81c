import type { RunRow } from '@castellan/api';
import { Text } from '@mantine/core';
import { RelativeTime } from '../../ui/relative-time.js';
import { waitingText } from './waiting-text.js';

/** What came of a run in one line: the vendor's sentence, why it waits, or what it says itself. */
export function RunOutcome({ run }: { run: RunRow }) {
  if (run.error) {
    return (
      <Text size="sm" c="var(--state-failed)" lineClamp={2} className="break-anywhere">
        {/* What a step that ends the run says stands for itself. */}
        {run.error.code !== 'E_STOP' && run.error.stepTitle && `${run.error.stepTitle}: `}
        {run.error.message}
      </Text>
    );
  }
  if (run.waitingFor) {
    return (
      <Text size="sm" lineClamp={2}>
        {waitingText(run.waitingFor)}
        {run.waitingFor.until && (
          <>
            , until <RelativeTime at={run.waitingFor.until} />
          </>
        )}
      </Text>
    );
  }
  return (
    <Text size="sm" c="dimmed" lineClamp={2} className="break-anywhere">
      {run.outcome ?? run.reason ?? ''}
    </Text>
  );
}
