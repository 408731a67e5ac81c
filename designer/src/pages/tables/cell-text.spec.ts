import { describe, expect, it } from 'vitest';
import { cellText, columnName, namedByTitle } from './cell-text.js';

describe('the name of a column', () => {
  it('is made of its title, and is another than those that there are', () => {
    expect(columnName('Access level', [])).toBe('access_level');
    expect(columnName('Zuständig für', ['zustandig'])).toBe('zusta_ndig_fu_r');
    expect(columnName('2nd team', ['nd_team'])).toBe('nd_team_2');
    expect(columnName('部署', [])).toBe('column');
  });
});

describe('a value', () => {
  it('is read as people write it', () => {
    expect([null, true, false, 1.5, ['a', 'b'], 'x'].map(cellText)).toEqual(['', 'Yes', 'No', '1.5', 'a, b', 'x']);
  });
});

describe('new columns', () => {
  it('are named by their titles, in the key too, and those that are kept stay', () => {
    const column = (name: string, title: string) => ({ name, title, type: 'text' as const });
    const columns = [column('team', 'Team of old'), column('new-1', 'Team'), column('new-2', 'Access level')];
    expect(namedByTitle({ columns, key: ['team', 'new-2'] }, ['team'])).toEqual({
      columns: [column('team', 'Team of old'), column('team_2', 'Team'), column('access_level', 'Access level')],
      key: ['team', 'access_level'],
    });
  });
});
