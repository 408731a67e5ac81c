import { publishFlow, wires } from '../server/test/harness/flows.js';
import { putLoad } from './load.js';
import { perRun, processorTimeOf } from './processor-time.js';
import { makeRow, problemOf, type Row } from './report.js';
import { senderTo } from './sender.js';
import type { Surroundings } from './surroundings.js';

const alerts = 10_000;
const callers = 64;
const referenceSeconds = 8;

/** A burst of alerts that nobody waits for: how fast they are accepted, and how fast their runs are done. */
export async function measureAlerts({ admin, raw, history, signal }: Surroundings): Promise<Row[]> {
  console.log(`  burst of ${alerts} alerts …`);
  const { id: flowId, hooks } = await publishFlow(admin, {
    triggers: { alert: { kind: 'webhook' } },
    steps: {
      weigh: { kind: 'shape', output: { jsonata: '{"id": trigger.body.id, "high": trigger.body.severity > 5}' } },
      decide: {
        kind: 'branch',
        cases: [{ name: 'high', when: { jsonata: 'steps.weigh.output.high' } }],
      },
      page: { kind: 'shape', output: { jsonata: '"page for " & trigger.body.id' } },
      note: { kind: 'shape', output: { jsonata: '"note of " & trigger.body.id' } },
    },
    wires: wires('alert -> weigh', 'weigh -> decide', 'decide:high -> page', 'decide:else -> note'),
  });
  const sender = senderTo(hooks.alert as string);
  const send = async (id: string): Promise<void> => {
    const { status, text } = await sender.post({
      id,
      severity: severityOf(id),
      host: 'db-7',
      rule: 'Sign-in from afar',
    });
    if (status !== 202) throw new Error(`it was answered ${status} ${text}`);
  };
  const load = { callers, requests: alerts, seconds: 120 };
  const reference = await putLoad('raw-alert', { ...load, seconds: referenceSeconds }, raw.send, signal);
  const { result, spent } = await processorTimeOf(async () => {
    const measured = await putLoad('alert', load, send, signal);
    return { measured, missing: await history.findMissing(flowId, measured.answered, stepsOf) };
  });
  const { measured, missing } = result;
  await sender.stop();
  const problem = problemOf([...measured.failures, ...missing]);
  const title = `burst of ${alerts.toLocaleString('en')} alerts`;
  const rawRate = reference.answered.length / reference.seconds;
  const accepted = measured.answered.length / measured.seconds;
  const finished = alerts / (await history.secondsOf(flowId, 'alert-'));
  return [
    makeRow({ case: `${title}: accepted`, value: accepted, unit: 'runs/s', reference: rawRate, target: 500 }, problem),
    makeRow(
      {
        case: `${title}: p99 until accepted`,
        value: measured.p99Ms,
        unit: 'ms',
        reference: reference.p99Ms,
        target: 200,
      },
      problem,
    ),
    makeRow(
      {
        ...{ case: `${title}: finished`, value: finished, unit: 'runs/s', reference: rawRate, target: 300 },
        processorMs: perRun(spent, alerts),
      },
      problem,
    ),
  ];
}

const severityOf = (id: string): number => Number(id.slice(id.lastIndexOf('-') + 1)) % 11;
const stepsOf = (id: string): string[] => ['weigh', 'decide', severityOf(id) > 5 ? 'page' : 'note'];
