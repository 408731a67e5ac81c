import { Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useWorkspace } from '../api/index.js';
import { useCatalog } from '../editor/catalog.js';
import { useEditor } from '../editor/editor-context.js';
import { ChoiceSetting } from '../forms/setting-fields.js';

interface FlowSettingProps {
  label: string;
  help: string;
  pointer: string;
  value: unknown;
  clearable?: boolean;
}

/** Which flow is started: one that is published and has a call trigger, with a link to open it. */
export function FlowSetting(props: FlowSettingProps) {
  const { value } = props;
  const ws = useWorkspace().id;
  const own = useEditor((state) => state.flowId);
  const flows = useCatalog()?.flows ?? [];
  const chosen = flows.find(({ id }) => id === value);
  return (
    <div>
      <ChoiceSetting
        {...props}
        placeholder={flows.length === 0 ? 'No published flow has a call trigger yet' : 'Choose a flow'}
        choices={flows.map(({ id, name, enabled }) => ({
          value: id,
          label: `${name}${id === own ? ' (this flow)' : ''}${enabled === false ? ' (switched off)' : ''}`,
        }))}
      />
      {chosen !== undefined && (
        <Text size="xs" mt={4}>
          <Link to="/w/$ws/flows/$flowId" params={{ ws, flowId: chosen.id }}>
            Open “{chosen.name}”
          </Link>
        </Text>
      )}
    </div>
  );
}
