import { frameAfter } from './after.js';
import type { Command } from './messages.js';
import { type Plan, plannedStep } from './plan.js';
import { nextAlarm, type RunState } from './state.js';

/**
 * All that is to be done for a run in this state: what a host that takes the run up begins with. What had begun
 * before is asked for again; the rows of steps and effects keep it from happening twice.
 */
export function outstanding(plan: Plan, state: RunState): Command[] {
  if (state.phase === 'ended') return [];
  const commands: Command[] = [];
  let calls = 0;
  for (const frame of Object.values(state.frames)) {
    for (const [step, at] of Object.entries(frame.steps)) {
      const place = { step, iteration: frame.iteration };
      const { kind } = plannedStep(plan, step).step;
      if (at.status === 'running' && !at.loop) {
        calls++;
        commands.push({ type: 'call', ...place, attempt: at.attempts ?? 1 });
      }
      const { loop } = at;
      if (loop && !state.paused && loop.finished === loop.next && (loop.stopped || loop.next === loop.count))
        commands.push({ type: 'collect', ...place });
      const alarm = nextAlarm(at);
      if (alarm !== undefined && (at.status === 'retrying' || at.status === 'waiting')) {
        commands.push({ type: 'timer', ...place, due: alarm });
      }
      if (at.status === 'ready' && !state.paused) {
        if (kind === 'loop') commands.push({ type: 'items', ...place });
        else if (kind === 'wait' || kind === 'approval' || kind === 'subflow')
          commands.push({ type: 'open', ...place });
        else commands.push({ type: 'evaluate', ...place });
      }
    }
  }
  if (state.phase === 'after' && !state.paused && !frameAfter(state)) commands.push({ type: 'next' });
  if (state.phase === 'ending' && state.ending && calls === 0) commands.push({ type: 'finish', ending: state.ending });
  return commands;
}
