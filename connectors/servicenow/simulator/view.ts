import type { SimulatorView } from '@castellan/sdk/simulator';
import { labelOf, nameOf, rowsOf, type ServiceNowState } from '../servicenow.seed.js';

/** Tasks and configuration items, as people read them. */
export function viewServiceNow(state: ServiceNowState): SimulatorView {
  const named = (value: string | undefined) => nameOf(state, value ?? '');
  const columns = (...keys: string[]) => keys.map((key) => ({ key, title: labelOf(key) }));
  return {
    tables: [
      {
        title: 'Tasks',
        columns: columns('number', 'short_description', 'state', 'urgency', 'assignment_group', 'notes', 'files'),
        rows: (rowsOf(state, 'task') ?? []).map((row) => ({
          number: String(row.number),
          short_description: String(row.short_description),
          state: String(row.state),
          urgency: row.urgency ?? '',
          assignment_group: named(row.assignment_group),
          notes: state.journal
            .filter(({ recordId }) => recordId === row.sys_id)
            .map(({ text }) => text)
            .join('\n'),
          files: state.attachments
            .filter((each) => each.table_sys_id === row.sys_id)
            .map((each) => each.file_name)
            .join(', '),
        })),
      },
      {
        title: 'Configuration items',
        columns: columns('name', 'class', 'status', 'owner', 'comments', 'relationships'),
        rows: state.cmdb_ci.map((row) => ({
          name: String(row.name),
          class: String(row.sys_class_name),
          status: String(row.operational_status),
          owner: named(row.owned_by),
          comments: String(row.comments),
          relationships: state.cmdb_rel_ci
            .filter(({ parent }) => parent === row.sys_id)
            .map(({ child }) => named(child))
            .join(', '),
        })),
      },
    ],
  };
}
