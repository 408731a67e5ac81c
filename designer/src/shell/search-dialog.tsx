import { createSpotlight, Spotlight } from '@mantine/spotlight';
import { useNavigate } from '@tanstack/react-router';
import { Search, Workflow } from 'lucide-react';
import { useFlows } from '../api/flows.js';
import { useWorkspace } from '../api/workspace.js';
import { useSections } from './use-sections.js';

const [store, actions] = createSpotlight();

export const openSearch = actions.open;

/** Ctrl+K: pages and flows by name. */
export function SearchDialog() {
  const { id: ws } = useWorkspace();
  const navigate = useNavigate();
  const sections = useSections();
  const flows = useFlows().data ?? [];
  return (
    <Spotlight
      store={store}
      shortcut="mod + K"
      tagsToIgnore={[]}
      triggerOnContentEditable
      centered={false}
      limit={12}
      highlightQuery
      nothingFound="Nothing of this name."
      searchProps={{
        leftSection: <Search size={18} aria-hidden />,
        placeholder: 'Search pages and flows',
        'aria-label': 'Search pages and flows',
      }}
      actions={[
        {
          group: 'Pages',
          actions: sections.map(({ to, title, icon: Icon }) => ({
            id: to,
            label: title,
            leftSection: <Icon size={18} aria-hidden />,
            onClick: () => void navigate({ to, params: { ws } }),
          })),
        },
        {
          group: 'Flows',
          actions: flows.map(({ id, name, description }) => ({
            id,
            label: name,
            description,
            leftSection: <Workflow size={18} aria-hidden />,
            onClick: () => void navigate({ to: '/w/$ws/flows/$flowId', params: { ws, flowId: id } }),
          })),
        },
      ]}
    />
  );
}
