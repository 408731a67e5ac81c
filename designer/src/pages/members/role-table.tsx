import { permissions, rolePermissions, roles } from '@castellan/api';
import { ScrollArea, Table } from '@mantine/core';
import { Check } from 'lucide-react';
import { permissionWords } from './permission-words.js';

/** The server's own table of who may do what. */
export function RoleTable() {
  return (
    <ScrollArea className="card" type="auto" viewportProps={{ tabIndex: 0 }}>
      <Table aria-label="What each role may do" verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Permission</Table.Th>
            {roles.map((role) => (
              <Table.Th key={role} ta="center">
                {role}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {permissions.map((permission) => (
            <Table.Tr key={permission}>
              <Table.Td>{permissionWords(permission)}</Table.Td>
              {roles.map((role) => (
                <Table.Td key={role} ta="center">
                  {rolePermissions[role].includes(permission) ? <Check size={16} aria-label="yes" /> : '–'}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollArea>
  );
}
