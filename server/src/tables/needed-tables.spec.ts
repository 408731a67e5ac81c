import type { NeededTable } from '@castellan/api';
import { describe, expect, it } from 'vitest';
import { misfitsOf, problemsOfNeeded } from './needed-tables.service.js';

const needed: NeededTable = {
  name: 'Role map',
  description: '',
  columns: [
    { name: 'department', title: 'Department', type: 'text' },
    { name: 'days', title: 'Days', type: 'number' },
  ],
  key: ['department'],
  rows: [{ department: 'IT', days: 3 }],
};

describe('a table that a template describes', () => {
  it('is held against its own columns, each row by its place', () => {
    expect(problemsOfNeeded(needed)).toEqual([]);
    const rows: NeededTable['rows'] = [
      { department: 'IT' },
      { days: 3 },
      { department: 'IT' },
      { department: 'HR', days: 'three' },
    ];
    expect(problemsOfNeeded({ ...needed, rows }).map(({ pointer }) => pointer)).toEqual([
      '/rows/1',
      '/rows/2',
      '/rows/3',
    ]);
    expect(problemsOfNeeded({ ...needed, key: ['nothing'] })).toMatchObject([{ pointer: '/key/0' }]);
  });

  it('is found in one with more columns, and not in one that lacks some or tells rows otherwise', () => {
    const more = { ...needed, columns: [...needed.columns, { name: 'note', title: 'Note', type: 'text' as const }] };
    expect(misfitsOf(more, needed)).toEqual([]);
    expect(misfitsOf({ ...needed, columns: needed.columns.slice(0, 1) }, needed)).toHaveLength(1);
    expect(misfitsOf({ ...needed, key: ['department', 'days'] }, needed)).toHaveLength(1);
  });
});
