import type { StepExpectation } from '@castellan/flow';

/** How a step is expected to go, as one choice in a list: status and port; empty where it may go as it likes. */
export function choiceOf(wanted: StepExpectation | undefined): string {
  if (wanted === undefined) return '';
  const { status = '', port = '' } = typeof wanted === 'string' ? { status: wanted } : wanted;
  return status === '' && port === '' ? '' : `${status}|${port}`;
}

/** The expectation that a choice stands for; undefined where nothing is expected. */
export function expectationOf(choice: string, times: number | undefined): StepExpectation | undefined {
  if (choice === '') return times === undefined ? undefined : { times };
  const [status = '', port = ''] = choice.split('|');
  const isStatus = (name: string): name is Status => (statuses as readonly string[]).includes(name);
  if (port === '' && times === undefined && isStatus(status)) return status;
  return {
    ...(isStatus(status) ? { status } : {}),
    ...(port === '' ? {} : { port }),
    ...(times === undefined ? {} : { times }),
  };
}

const statuses = ['succeeded', 'failed', 'skipped', 'cancelled', 'waiting'] as const;
type Status = (typeof statuses)[number];

/** What a step with these ports may be expected to do; `present` is among them whatever it is. */
export function choicesFor(ports: string[], present: string): { value: string; label: string }[] {
  const byPort = ports.length > 1 ? ports.map((port) => `succeeded|${port}`) : [];
  const values = ['', 'succeeded|', ...byPort, 'failed|', 'skipped|', 'cancelled|', 'waiting|'];
  const all = values.includes(present) ? values : [...values, present];
  return all.map((value) => ({ value, label: choiceWords(value) }));
}

function choiceWords(choice: string): string {
  if (choice === '') return 'anything';
  const [status, port] = choice.split('|');
  return [status, port && `by ${port}`].filter(Boolean).join(' ');
}
