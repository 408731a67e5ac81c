import { publishFlow, wires } from '../server/test/harness/flows.js';
import { type Load, type Measured, putLoad } from './load.js';
import { perRun, processorTimeOf } from './processor-time.js';
import { makeRow, problemOf, type Row } from './report.js';
import { senderTo } from './sender.js';
import type { Surroundings } from './surroundings.js';

/** So many callers at a time, each waiting for the flow's answer, and what design asks of it. */
interface Case {
  callers: number;
  /** At most so many. */
  requests: number;
  unit: 'ms' | 'runs/s';
  target: number;
}

const cases: Case[] = [
  { callers: 1, requests: 300, unit: 'ms', target: 30 },
  { callers: 16, requests: 2_000, unit: 'runs/s', target: 150 },
  { callers: 64, requests: 6_000, unit: 'runs/s', target: 400 },
  { callers: 200, requests: 12_000, unit: 'runs/s', target: 800 },
];
const seconds = 20;
/** Raw Temporal is steadier, and only the reference. */
const referenceSeconds = 8;
/** Not counted: code is compiled, connections are opened and the expression host's processes are started. */
const warmUp: Load = { callers: 8, requests: 400, seconds: 15 };

/** webhook → shape → branch → shape → respond. */
export async function measureAnswers({ admin, raw, history, signal }: Surroundings): Promise<Row[]> {
  const { id: flowId, hooks } = await publishFlow(admin, {
    triggers: { hook: { kind: 'webhook', respond: 'step' } },
    steps: {
      double: { kind: 'shape', output: { n: { jsonata: 'trigger.body.n * 2' } } },
      decide: {
        kind: 'branch',
        cases: [{ name: 'big', when: { all: [{ left: { jsonata: 'steps.double.output.n' }, op: 'gt', right: 10 }] } }],
      },
      big: { kind: 'shape', output: { jsonata: '{"id": trigger.body.id, "size": "big"}' } },
      small: { kind: 'shape', output: { jsonata: '{"id": trigger.body.id, "size": "small"}' } },
      answer: {
        kind: 'respond',
        body: { jsonata: '$exists(steps.big.output) ? steps.big.output : steps.small.output' },
      },
    },
    wires: wires(
      ...['hook -> double', 'double -> decide', 'decide:big -> big', 'decide:else -> small'],
      ...['big -> answer', 'small -> answer'],
    ),
  });
  const sender = senderTo(hooks.hook as string);
  const send = async (id: string): Promise<void> => {
    const { status, text } = await sender.post({
      id,
      n: numberOf(id),
      text: 'A person has signed in from two countries',
    });
    const answer = status === 200 ? (JSON.parse(text) as { id: string; size: string }) : undefined;
    if (answer?.id !== id || answer.size !== sizeOf(id)) throw new Error(`it was answered ${status} ${text}`);
  };

  await putLoad('raw-warm', warmUp, raw.send, signal);
  await putLoad('warm', warmUp, send, signal);
  const rows: Row[] = [];
  for (const { callers, requests, unit, target } of cases) {
    const title = `webhook → shape → branch → shape → respond, ${callers} ${callers === 1 ? 'caller' : 'callers'}`;
    console.log(`  ${title} …`);
    const id = `with-${callers}`;
    const reference = await putLoad(`raw-${id}`, { callers, requests, seconds: referenceSeconds }, raw.send, signal);
    const { result: measured, spent } = await processorTimeOf(() =>
      putLoad(id, { callers, requests, seconds }, send, signal),
    );
    const missing = await history.findMissing(flowId, measured.answered, stepsOf);
    const row = {
      ...{ case: title, value: figure(measured, unit), unit, reference: figure(reference, unit), target },
      processorMs: perRun(spent, measured.answered.length),
    };
    rows.push(makeRow(row, problemOf([...reference.failures, ...measured.failures, ...missing])));
  }
  await sender.stop();
  return rows;
}

const figure = (measured: Measured, unit: Case['unit']): number =>
  unit === 'ms' ? measured.p50Ms : measured.answered.length / measured.seconds;

const numberOf = (id: string): number => Number(id.slice(id.lastIndexOf('-') + 1)) % 11;
const sizeOf = (id: string): string => (numberOf(id) * 2 > 10 ? 'big' : 'small');
const stepsOf = (id: string): string[] => ['double', 'decide', sizeOf(id), 'answer'];
