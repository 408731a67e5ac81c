import { useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { Moon, Sun } from 'lucide-react';
import { RailButton } from './rail-button.js';

export function SchemeToggle({ open }: { open: boolean }) {
  const scheme = useComputedColorScheme('light');
  const { setColorScheme } = useMantineColorScheme();
  const other = scheme === 'dark' ? 'light' : 'dark';
  const Icon = other === 'dark' ? Moon : Sun;
  return (
    <RailButton
      open={open}
      title={`Use the ${other} theme`}
      icon={<Icon size={20} aria-hidden />}
      onClick={() => setColorScheme(other)}
    />
  );
}
