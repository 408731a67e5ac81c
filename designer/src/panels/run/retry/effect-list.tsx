import type { RetryEffect, RetryPreview } from '@castellan/api';
import { Checkbox, SegmentedControl, Text } from '@mantine/core';
import { isObject } from '../../../editor/is-object.js';
import { number, words } from '../../../ui/format.js';
import { RelativeTime } from '../../../ui/relative-time.js';
import { itemWords } from '../timeline.js';
import classes from './retry.module.css';
import { countWords, fateWords } from './retry-words.js';

/** What a person says about writes: by key, done again or what they found out. */
export interface Word {
  again: ReadonlySet<string>;
  outcomes: ReadonlyMap<string, 'happened' | 'not_happened'>;
}

interface EffectListProps {
  preview: RetryPreview;
  word: Word;
  onChange: (word: Word) => void;
}

/** The writes that a retry may come to: who and what they change, what becomes of each, and what a person may say. */
export function EffectList({ preview, word, onChange }: EffectListProps) {
  const { effects, counts } = preview;
  const all = Object.values(counts).reduce((sum, one) => sum + one, 0);
  const said = countWords(counts);
  if (said === null) {
    return (
      <Text size="sm" c="dimmed">
        The run comes to no step that changes another system.
      </Text>
    );
  }
  return (
    <section aria-label="Changes in other systems">
      <Text size="sm" fw={600}>
        Changes in other systems
      </Text>
      <Text size="sm" c="dimmed">
        {said}
      </Text>
      <ul className={classes.effects}>
        {effects.map((effect) => (
          <Effect
            key={effect.key ?? `${effect.flow}/${effect.stepId}`}
            effect={effect}
            again={effect.key !== null && word.again.has(effect.key)}
            outcome={effect.key === null ? undefined : word.outcomes.get(effect.key)}
            onAgain={(again) => onChange({ ...word, again: toggled(word.again, effect.key, again) })}
            onOutcome={(outcome) => onChange({ ...word, outcomes: settled(word.outcomes, effect.key, outcome) })}
          />
        ))}
      </ul>
      {all > effects.length && (
        <Text size="sm" c="dimmed">
          And {number(all - effects.length)} more, which become what the line above says.
        </Text>
      )}
    </section>
  );
}

interface EffectProps {
  effect: RetryEffect;
  again: boolean;
  outcome: 'happened' | 'not_happened' | undefined;
  onAgain: (again: boolean) => void;
  onOutcome: (outcome: string) => void;
}

function Effect({ effect, again, outcome, onAgain, onOutcome }: EffectProps) {
  const name = `${effect.title}${effect.iteration === '' ? '' : `, item ${itemWords(effect.iteration)}`}`;
  return (
    <li className={classes.effect} data-state={again ? 'again' : effect.state}>
      <Text size="sm" component="div" className={classes.effectHead}>
        <strong>{name}</strong>
        <span className={classes.soft}>{effect.operation}</span>
        {effect.flow !== null && <span className={classes.soft}>in “{effect.flow}”</span>}
        {effect.at !== null && (
          <span className={classes.soft}>
            <RelativeTime at={effect.at} />
          </span>
        )}
      </Text>
      {effect.changes.map((change) => (
        <Text key={JSON.stringify(change)} size="sm" className="break-anywhere">
          {changeWords(change)}
        </Text>
      ))}
      {effect.said !== null && (
        <Text size="sm" c="var(--state-failed)" className="break-anywhere">
          {effect.said}
        </Text>
      )}
      <Text size="sm" c="dimmed">
        {again ? 'Done. Sent once more, as you chose.' : fateWords(effect)}
      </Text>
      {effect.state === 'kept' && (
        <Checkbox
          size="xs"
          label="Do it again"
          aria-label={`Do it again: ${name}`}
          checked={again}
          onChange={({ currentTarget: { checked } }) => onAgain(checked)}
        />
      )}
      {effect.state === 'unknown' && (
        <SegmentedControl
          size="xs"
          aria-label={`Did it happen: ${name}`}
          data={[
            { value: 'happened', label: 'It happened' },
            { value: 'not_happened', label: 'It did not' },
            { value: 'open', label: 'Ask when the run comes to it' },
          ]}
          value={outcome ?? 'open'}
          onChange={onOutcome}
        />
      )}
    </li>
  );
}

/** `Revoke: Admins, of jane@example.com` */
function changeWords({ action, object, subject }: Record<string, unknown>): string {
  const what = [nameOf(object), nameOf(subject)].filter((name) => name !== '').join(', of ');
  return `${words(String(action ?? ''))}${what === '' ? '' : `: ${what}`}`;
}

function nameOf(thing: unknown): string {
  if (!isObject(thing)) return '';
  return String(thing.title ?? thing.email ?? thing.id ?? '');
}

function toggled(keys: ReadonlySet<string>, key: string | null, on: boolean): Set<string> {
  const next = new Set(keys);
  if (key === null) return next;
  if (on) next.add(key);
  else next.delete(key);
  return next;
}

function settled(outcomes: Word['outcomes'], key: string | null, outcome: string): Word['outcomes'] {
  const next = new Map(outcomes);
  if (key === null) return next;
  if (outcome === 'happened' || outcome === 'not_happened') next.set(key, outcome);
  else next.delete(key);
  return next;
}
