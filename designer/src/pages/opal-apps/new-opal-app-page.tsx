import { Link, useNavigate } from '@tanstack/react-router';
import { useWorkspace } from '../../api/workspace.js';
import { ErrorPanel } from '../../ui/error-panel.js';
import { Page } from '../../ui/page.js';
import classes from '../connections/connections.module.css';
import { NewAppForm } from './new-app-form.js';

export function NewOpalAppPage() {
  const { id: ws, can } = useWorkspace();
  const navigate = useNavigate();
  const back = (
    <Link to="/w/$ws/connections" params={{ ws }} activeOptions={{ exact: true }}>
      Connections
    </Link>
  );
  return (
    <Page narrow title="New Opal custom app" back={back}>
      {can('connection:write') ? (
        <div className={`card ${classes.sheet}`}>
          <NewAppForm
            onMade={({ id }) => void navigate({ to: '/w/$ws/opal-apps/$appId', params: { ws, appId: id } })}
          />
        </div>
      ) : (
        <ErrorPanel what="Your role cannot make custom apps" next="Ask an administrator of the workspace." />
      )}
    </Page>
  );
}
