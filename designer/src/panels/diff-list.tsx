import { type Draft, diffFlows, type FlowChange } from '@castellan/flow';
import { Text } from '@mantine/core';
import { useMemo } from 'react';
import { inline } from '../ui/format.js';
import classes from './panels.module.css';

const signs = { added: '+', removed: '−', changed: '~' };
/** Changes that are listed; more are counted. */
const most = 100;

/** What differs between two flows, in words, thing by thing. */
export function DiffList({ before, after }: { before: Draft; after: Draft }) {
  const changes = useMemo(() => diffFlows(before, after), [before, after]);
  if (changes.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        Nothing differs but where boxes stand.
      </Text>
    );
  }
  return (
    <ul className={classes.diff} aria-label="Changes">
      {changes.slice(0, most).map((change) => (
        <Change key={`${change.what} ${change.id} ${change.change}`} change={change} />
      ))}
      {changes.length > most && <li>and {changes.length - most} more</li>}
    </ul>
  );
}

function Change({ change }: { change: FlowChange }) {
  return (
    <li data-change={change.change}>
      <span className={classes.diffSign} aria-hidden>
        {signs[change.change]}
      </span>
      <div>
        <Text size="sm">{change.sentence}</Text>
        {change.fields.map((field) => (
          <div key={field.pointer} className={classes.diffField}>
            <code>{field.pointer}</code>
            {'before' in field && <del>{inline(field.before)}</del>}
            {'after' in field && <ins>{inline(field.after)}</ins>}
          </div>
        ))}
      </div>
    </li>
  );
}
