import { SegmentedControl, Stack, Text } from '@mantine/core';
import { useMemo, useState } from 'react';
import { allExpanded, collapseAllNested, JsonView as Tree } from 'react-json-view-lite';
import { CopyButton } from './copy-button.js';
import { bytes } from './format.js';
import classes from './json-view.module.css';

/** A value beyond this many characters is shown folded, since a tree of it would freeze the page. */
const foldAt = 4_000;
/** A text beyond this is cut in the raw view; copying takes all of it. */
const cutAt = 200_000;

const styles = {
  container: classes.tree!,
  basicChildStyle: classes.child!,
  childFieldsContainer: classes.fields!,
  label: classes.label!,
  clickableLabel: classes.clickable!,
  nullValue: classes.quiet!,
  undefinedValue: classes.quiet!,
  stringValue: classes.string!,
  booleanValue: classes.other!,
  numberValue: classes.other!,
  otherValue: classes.other!,
  punctuation: classes.quiet!,
  collapseIcon: classes.collapse!,
  expandIcon: classes.expand!,
  collapsedContent: classes.collapsed!,
  quotesForFieldNames: false,
};

/** A value as a tree or as text, to read and to copy. */
export function JsonView({ value, label }: { value: unknown; label: string }) {
  const [view, setView] = useState('tree');
  const text = useMemo(() => JSON.stringify(value, null, 2) ?? 'undefined', [value]);
  const isTree = typeof value === 'object' && value !== null;
  return (
    <Stack gap={4}>
      <div className={classes.bar}>
        {isTree ? (
          <SegmentedControl
            size="xs"
            aria-label={`How to show ${label}`}
            value={view}
            onChange={setView}
            data={[
              { value: 'tree', label: 'Tree' },
              { value: 'raw', label: 'Raw' },
            ]}
          />
        ) : (
          <span />
        )}
        <CopyButton value={text} title={`Copy ${label}`} />
      </div>
      <section className={classes.box} aria-label={label}>
        {isTree && view === 'tree' ? (
          <Tree data={value} style={styles} shouldExpandNode={text.length > foldAt ? collapseAllNested : allExpanded} />
        ) : (
          <pre className={classes.raw}>{text.slice(0, cutAt)}</pre>
        )}
        {!isTree || view === 'raw' ? text.length > cutAt && <Text size="xs">Cut of {bytes(text.length)}.</Text> : null}
      </section>
    </Stack>
  );
}
