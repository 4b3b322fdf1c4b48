import '../../../src/github.ts';
