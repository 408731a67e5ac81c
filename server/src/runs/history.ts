import type { RunEvent } from '@castellan/api';
import { type Flow, stepPlaces, titleAfter } from '@castellan/flow';
import type { z } from 'zod';
import type { Sql } from '../platform/database/index.js';

type Fact = z.infer<typeof RunEvent>;

/** A run's history, oldest first, read from its rows: there is no table of events that could disagree with them. */
export async function readHistory(sql: Sql, runId: string, flow: Flow): Promise<Fact[]> {
  const titles = new Map(stepPlaces(flow).map(({ id, step }) => [id, String(step.title || id)]));
  const triggers = new Map(Object.entries(flow.triggers).map(([id, trigger]) => [id, trigger.title || id]));
  const facts = await sql.query<Fact>(
    `select at, kind, "stepId", iteration, text, actor from (
       select created_at as at, 0 as place, 'run.queued' as kind, null::text as "stepId", null::text as iteration,
              trigger_id as text, null::text as actor
         from runs where id = $1
       union all
       select r.created_at, 1, 'run.kept', null, null, count(*)::text, null
         from steps s join runs r on r.id = s.run_id
        where s.run_id = $1 and s.kept_from is not null and s.ended_at < r.created_at
        group by r.created_at
       union all
       select started_at, 1, 'step.started', step_id, iteration,
              case when attempts > 1 then attempts || ' attempts by now' else '' end, null
         from steps where run_id = $1 and pass = 0 and kind in ('action', 'loop', 'wait', 'approval', 'subflow')
          and status <> 'skipped' and kept_from is null
       union all
       select ended_at, 2, 'step.' || status, step_id, iteration,
              coalesce(error ->> 'message', case when port is not null then 'by ' || port else '' end), null
         from steps where run_id = $1 and pass = 0 and ended_at is not null and status <> 'skipped'
          and kept_from is null
       union all
       select case when s.kept_from is null then e.created_at else s.ended_at end, 2,
              'effect.' || case when s.kept_from is null then e.state else 'kept' end, s.step_id, s.iteration,
              e.operation || ' (key ' || left(e.key, 12) || ')', null
         from steps s join runs r on r.id = s.run_id join effects e on e.root_id = r.root_id and e.key = s.effect_key
        where s.run_id = $1 and s.pass = 0 and (s.kept_from is null or s.ended_at >= r.created_at)
       union all
       select (stage ->> 'at')::timestamptz, 3, 'approval.escalated', step_id, iteration,
              array_to_string(array(select jsonb_array_elements_text(stage -> 'approvers')), ', '), null
         from approvals, jsonb_array_elements(escalations) as stage where run_id = $1 and (stage ->> 'added')::bool
       union all
       select max(r.sent_at), 3, 'approval.reminded', a.step_id, a.iteration, string_agg(r.recipient, ', '), null
         from approvals a join approval_reminders r on r.approval_id = a.id
        where a.run_id = $1 and r.sent_at is not null group by a.id, r.number
       union all
       select (decision ->> 'at')::timestamptz, 3, 'approval.decided', step_id, iteration,
              case when decision ->> 'decision' = 'approve' then 'approved' else 'rejected' end
                || coalesce(' for ' || (decision ->> 'for'), '') || coalesce(': ' || (decision ->> 'comment'), ''),
              decision ->> 'by'
         from approvals, jsonb_array_elements(decisions) as decision where run_id = $1 and kept_from is null
       union all
       select created_at, 3, 'control.' || kind, step_id, iteration,
              coalesce(payload ->> 'port', payload ->> 'outcome', payload ->> 'behind', payload ->> 'why', ''),
              case when kind not like 'turn%' then actor end from controls where run_id = $1 and kind not in ('child_ended', 'decided')
       union all
       select n.created_at, 3, 'superseded', null, null, f.name, null
         from runs r join runs n on n.id = r.superseded_by join flows f on f.id = n.flow_id where r.id = $1
       union all
       select n.created_at, 1, 'supersedes', null, null, f.name, null
         from runs o join runs n on n.id = o.superseded_by join flows f on f.id = o.flow_id where n.id = $1
       union all
       select ended_at, 4, 'run.' || status, null, null, coalesce(outcome, error ->> 'message', reason, ''), null
         from runs where id = $1 and ended_at is not null
     ) h order by at, place limit 5000`,
    [runId],
  );
  return facts.map((fact) => ({ ...fact, text: sentenceOf(fact, { titles, triggers }) }));
}

/** What happened, in words: the step by its title, then what became of it. */
function sentenceOf(fact: Fact, names: { titles: Map<string, string>; triggers: Map<string, string> }): string {
  const [kind = '', what = ''] = fact.kind.split('.');
  const said = fact.text === '' ? '' : `, ${fact.text}`;
  const titleOf = (id: string): string => names.titles.get(id) ?? id;
  const step = fact.stepId === null ? '' : (titleAfter(fact.stepId, titleOf) ?? titleOf(fact.stepId));
  const title = fact.iteration ? `${step} [${fact.iteration}]` : step;
  if (fact.kind === 'run.queued') return `Started by ${names.triggers.get(fact.text) ?? fact.text}`;
  if (fact.kind === 'run.kept') return `${fact.text} ${fact.text === '1' ? 'step is' : 'steps are'} kept from before`;
  const turn = turnWords[fact.kind];
  if (turn !== undefined) return turn(fact.text);
  if (kind === 'run') return `Run ${what}${said}`;
  if (kind === 'step') return `${title}: ${what}${said}`;
  if (kind === 'effect') return `${title}: ${fact.text}, ${effectWords[what] ?? what}`;
  if (fact.kind === 'approval.decided') return `${title}: ${fact.text}`;
  if (fact.kind === 'approval.reminded') return `${title}: ${fact.text} reminded`;
  if (kind === 'approval') return `${title}: nobody has decided yet, ${fact.text} asked as well`;
  if (fact.kind === 'control.event') return `${title}: what it waits for has arrived`;
  return title === '' ? `Asked to ${what}${said}` : `${title}: ${what}${said}`;
}

/** What is told of turns; most name a flow, where there is one to name. */
const turnWords: Record<string, (flow: string) => string> = {
  'control.turn_left': () => 'It only waits: its turn is given back',
  'control.turn_wanted': (flow) =>
    flow === ''
      ? 'Its time has come: it queues for its turn'
      : `Its time has come: it waits for its turn, behind a run of “${flow}”`,
  'control.turn': () => 'Its turn has come again',
  superseded: (flow) => `Superseded: a run of “${flow}” takes its place`,
  supersedes: (flow) => `Takes the place of a run of “${flow}”`,
};

const effectWords: Record<string, string> = {
  sending: 'on its way',
  done: 'done',
  refused: 'refused',
  unknown: 'outcome not known',
  kept: 'done before, so not sent again',
};
