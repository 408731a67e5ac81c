import { Code } from '@mantine/core';
import { CloudOff, Link2Off } from 'lucide-react';
import { useMe } from '../api/session.js';
import { useLostServer } from '../api/workspace-stream.js';
import classes from './banners.module.css';

/** While PUBLIC_URL is unset, links and webhook addresses lead to this machine only. */
export function AddressBanner() {
  const { publicUrlMissing, publicUrl } = useMe();
  if (!publicUrlMissing) return null;
  return (
    <aside className={classes.banner} aria-label="Notice">
      <Link2Off size={16} aria-hidden />
      <span>
        Webhooks and links lead to {publicUrl} only. Set <Code>PUBLIC_URL</Code> on the server.
      </span>
    </aside>
  );
}

/** The server has not answered for some seconds. */
export function LostBanner() {
  const lost = useLostServer();
  if (!lost) return null;
  return (
    <div role="status" className={`${classes.banner} ${classes.late}`}>
      <CloudOff size={16} aria-hidden />
      <span>The server does not answer. What you see may be old; it is read again when the server is back.</span>
    </div>
  );
}
