import { Button, Group } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useWorkspace } from '../api/index.js';
import { GraphDrawing } from '../ui/drawings.js';
import { EmptyState } from '../ui/empty-state.js';
import classes from './panels.module.css';

/** Where nothing stands yet: the two ways to begin. */
export function EmptyCanvas({ onTrigger }: { onTrigger: (() => void) | undefined }) {
  const ws = useWorkspace().id;
  return (
    <div className={classes.emptyCanvas}>
      <EmptyState
        drawing={<GraphDrawing />}
        action={
          <Group gap="sm">
            {onTrigger !== undefined && <Button onClick={onTrigger}>Add a trigger</Button>}
            <Button variant="default" renderRoot={(props) => <Link {...props} to="/w/$ws/templates" params={{ ws }} />}>
              Browse templates
            </Button>
          </Group>
        }
      >
        Start from a trigger or a template.
      </EmptyState>
    </div>
  );
}
