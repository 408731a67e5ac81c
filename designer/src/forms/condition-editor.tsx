import {
  below,
  type ComparisonOperator,
  type ConditionGroup,
  comparisonOperators,
  readExpression,
  unaryOperators,
} from '@castellan/flow';
import { ActionIcon, Button, SegmentedControl, Select } from '@mantine/core';
import { Plus, Trash2 } from 'lucide-react';
import { JsonControl } from './controls.js';
import { useFormScope } from './form-scope.js';
import classes from './forms.module.css';
import { ValueField } from './value-field.js';

/** Each comparison as a person would say it. */
const operatorWords: Record<ComparisonOperator, string> = {
  eq: 'is',
  ne: 'is not',
  gt: 'is more than',
  gte: 'is at least',
  lt: 'is less than',
  lte: 'is at most',
  contains: 'contains',
  startsWith: 'starts with',
  endsWith: 'ends with',
  in: 'is one of',
  exists: 'exists',
  empty: 'is empty',
  matches: 'matches the pattern',
  before: 'is before',
  after: 'is after',
};

const operatorChoices = comparisonOperators.map((op) => ({ value: op, label: operatorWords[op] }));

interface ConditionEditorProps {
  label: string;
  value: unknown;
  pointer: string;
}

const firstRule = { all: [{ left: { jsonata: '' }, op: 'eq', right: '' }] };

/** When something holds: rules in groups, or one expression that gives true or false. */
export function ConditionEditor({ label, value, pointer }: ConditionEditorProps) {
  const { change, readOnly } = useFormScope();
  const isExpression = readExpression(value) !== undefined;
  return (
    <div className={classes.condition}>
      <SegmentedControl
        size="xs"
        aria-label={`${label}: how it is given`}
        data={[
          { value: 'rules', label: 'Rules' },
          { value: 'expression', label: 'Expression' },
        ]}
        value={isExpression ? 'expression' : 'rules'}
        readOnly={readOnly}
        onChange={(next) => change(pointer, next === 'rules' ? firstRule : { jsonata: '' })}
      />
      {isExpression ? (
        <ValueField label={label} pointer={pointer} value={value} template={false} compact>
          {(control) => <JsonControl {...control} label={label} required />}
        </ValueField>
      ) : (
        <Group value={value} pointer={pointer} label={label} />
      )}
    </div>
  );
}

function Group({ value, pointer, label, onRemove }: ConditionEditorProps & { onRemove?: () => void }) {
  const { change, readOnly } = useFormScope();
  const { every, members } = readGroup(value);
  const list = below(pointer, every ? 'all' : 'any');
  const write = (next: unknown[], all = every) => change(pointer, all ? { all: next } : { any: next });
  return (
    <div className={classes.nested}>
      <div className={classes.ruleLine}>
        <Select
          size="xs"
          aria-label={`${label}: how rules are combined`}
          data={[
            { value: 'all', label: 'All of these hold' },
            { value: 'any', label: 'One of these holds' },
          ]}
          value={every ? 'all' : 'any'}
          allowDeselect={false}
          readOnly={readOnly}
          onChange={(next) => write(members, next === 'all')}
        />
        {onRemove !== undefined && !readOnly && <RemoveButton label="Remove the group" onClick={onRemove} />}
      </div>
      {members.map((member, index) => {
        const at = below(list, index);
        const remove = () => write(members.toSpliced(index, 1));
        if (isGroup(member)) return <Group key={at} value={member} pointer={at} label={label} onRemove={remove} />;
        if (readExpression(member) !== undefined) {
          return <ExpressionRule key={at} value={member} pointer={at} number={index + 1} onRemove={remove} />;
        }
        return <Rule key={at} value={member} pointer={at} number={index + 1} onRemove={remove} />;
      })}
      {!readOnly && (
        <div className={classes.ruleAdd}>
          <Button
            variant="light"
            size="compact-xs"
            leftSection={<Plus size={12} />}
            onClick={() => write([...members, firstRule.all[0]])}
          >
            Add rule
          </Button>
          <Button variant="subtle" size="compact-xs" onClick={() => write([...members, { any: [firstRule.all[0]] }])}>
            Add group
          </Button>
        </div>
      )}
    </div>
  );
}

interface RuleProps {
  value: unknown;
  pointer: string;
  number: number;
  onRemove: () => void;
}

/** One comparison: a value, how it is compared, and with what. */
function Rule({ value, pointer, number, onRemove }: RuleProps) {
  const { change, readOnly } = useFormScope();
  const { left, op, right } = (value ?? {}) as { left?: unknown; op?: ComparisonOperator; right?: unknown };
  return (
    <fieldset className={classes.rule} aria-label={`Rule ${number}`}>
      <ValueField
        label={`Value of rule ${number}`}
        pointer={below(pointer, 'left')}
        value={left}
        compact
        keepEmpty
        aside={!readOnly && <RemoveButton label={`Remove rule ${number}`} onClick={onRemove} />}
      >
        {(control) => <JsonControl {...control} label={`Value of rule ${number}`} required />}
      </ValueField>
      <Select
        size="xs"
        aria-label={`Comparison of rule ${number}`}
        data={operatorChoices}
        value={op ?? null}
        allowDeselect={false}
        readOnly={readOnly}
        onChange={(next) => {
          const unary = unaryOperators.includes(next as ComparisonOperator);
          change(pointer, unary ? { left, op: next } : { left, op: next, right: right ?? '' });
        }}
      />
      {op !== undefined && !unaryOperators.includes(op) && (
        <ValueField
          label={`Other side of rule ${number}`}
          pointer={below(pointer, 'right')}
          value={right}
          compact
          keepEmpty
        >
          {(control) => <JsonControl {...control} label={`Other side of rule ${number}`} required />}
        </ValueField>
      )}
    </fieldset>
  );
}

function ExpressionRule({ value, pointer, number, onRemove }: RuleProps) {
  const { readOnly } = useFormScope();
  return (
    <fieldset className={classes.rule} aria-label={`Rule ${number}`}>
      <ValueField
        label={`Expression of rule ${number}`}
        pointer={pointer}
        value={value}
        template={false}
        compact
        aside={!readOnly && <RemoveButton label={`Remove rule ${number}`} onClick={onRemove} />}
      >
        {(control) => <JsonControl {...control} label={`Expression of rule ${number}`} required />}
      </ValueField>
    </fieldset>
  );
}

function RemoveButton({ label, onClick }: { label: string; onClick: () => void }) {
  return (
    <ActionIcon variant="subtle" color="gray" size="sm" aria-label={label} onClick={onClick}>
      <Trash2 size={14} />
    </ActionIcon>
  );
}

function readGroup(value: unknown): { every: boolean; members: unknown[] } {
  const group = (value ?? {}) as Partial<ConditionGroup>;
  if (Array.isArray(group.any)) return { every: false, members: group.any };
  return { every: true, members: Array.isArray(group.all) ? group.all : [] };
}

function isGroup(value: unknown): boolean {
  return typeof value === 'object' && value !== null && ('all' in value || 'any' in value);
}
