import { Code } from '@mantine/core';
import { Link2Off } from 'lucide-react';
import { useMe } from '../api/session.js';
import classes from './address-banner.module.css';

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
