// Part of `npm run build`: the pre and post steps of the action are the same bundle under other
// names (src/github.ts says why the name decides).
import { writeFileSync } from 'node:fs';

for (const name of ['pre', 'post'])
  writeFileSync(new URL(`../dist/github/${name}.js`, import.meta.url), "import './index.js';\n");
