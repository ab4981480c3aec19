// An MCP server as a program on its standard input and output, made with the protocol's own SDK.
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { z } from 'zod';

const server = new McpServer({ name: 'echo', version: '1.0.0' });
server.registerTool(
  'echo',
  { description: 'Says it back.', inputSchema: { words: z.string() }, annotations: { readOnlyHint: true } },
  ({ words }) => {
    // As servers do that die in the middle of something.
    if (words === 'die') process.exit(1);
    return { content: [{ type: 'text', text: `${process.env['GREETING'] ?? ''} ${words}` }] };
  },
);
await server.connect(new StdioServerTransport());
