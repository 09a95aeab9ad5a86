import { it } from 'vitest';
import { createDots } from '../../src/adaptation/dots.js';
it('t', () => { const rows = new Float32Array(10000*1024).map(()=>Math.random()-.5); const d = createDots(rows,1024); const q = new Float32Array(1024).fill(.1); const ts=[]; for(let i=0;i<40;i++){const t=performance.now(); d.with(q); ts.push(performance.now()-t);} ts.sort((a,b)=>a-b); console.log('MS', ts[0], ts[20]); });
