// Part of `npm run build`: the post step of the action is the same bundle under another name (src/github.ts says why the name decides).
import { writeFileSync } from 'node:fs';

writeFileSync(new URL('../dist/github/post.js', import.meta.url), "import './index.js';\n");
