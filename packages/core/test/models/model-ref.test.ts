import { describe, expect, it } from 'vitest';
import { parseModelRef } from '../../src/models/index.js';

const HASH = 'ab'.repeat(32);

describe('parseModelRef', () => {
  it('reads each form', () => {
    expect(parseModelRef('hf:onnx-community/dinov3.small@main/onnx/model.onnx')).toMatchObject({
      kind: 'hf',
      repo: 'onnx-community/dinov3.small',
      revision: 'main',
      file: 'onnx/model.onnx',
    });
    expect(parseModelRef('hf:a/b@refs%2Fpr%2F1/m.onnx')).toMatchObject({ revision: 'refs/pr/1', file: 'm.onnx' });
    const https = parseModelRef(`https://host/dir/my%20model.onnx?v=2#sha256-${HASH.toUpperCase()}`);
    expect(https).toMatchObject({ kind: 'https', sha256: HASH, file: 'my model.onnx' });
    expect(https.kind === 'https' && https.url.href).toBe('https://host/dir/my%20model.onnx?v=2');
    expect(parseModelRef('npm:@scope/pkg/assets/m.onnx')).toMatchObject({
      package: '@scope/pkg',
      file: 'assets/m.onnx',
    });
    expect(parseModelRef('npm:pkg/m.onnx')).toMatchObject({ package: 'pkg', file: 'm.onnx' });
    expect(parseModelRef('file:./models/head.onnx')).toMatchObject({ path: './models/head.onnx' });
  });

  it.each(['http://127.0.0.1:80/', 'http://localhost:8080/', 'http://[::1]/'])(
    'takes http from this machine: %s',
    (host) => {
      expect(parseModelRef(`${host}m.onnx#sha256-${HASH}`)).toMatchObject({ kind: 'https' });
    },
  );

  it.each([
    'facebook/dinov3',
    'hf:facebook/dinov3/model.onnx',
    'hf:dinov3@main/model.onnx',
    'hf:a/b@main/',
    'hf:a/b@main/../../etc/passwd',
    'hf:a/b@main/x\\y',
    `hf:../..@${'0'.repeat(40)}/x.onnx`,
    `hf:a/..@${'0'.repeat(40)}/x.onnx`,
    `https://../x#sha256-${HASH}`,
    `https://..:1/x#sha256-${HASH}`,
    'npm:@../x/y',
    'npm:@scope/../y',
    'https://host/model.onnx',
    'https://host/model.onnx#sha256-abc',
    `https://host/#sha256-${HASH}`,
    `https://host/%5cx#sha256-${HASH}`,
    `http://host/model.onnx#sha256-${HASH}`,
    `http://127.0.0.1.evil.org/model.onnx#sha256-${HASH}`,
    `https://me:secret@host/model.onnx?sig=secret#sha256-${HASH}`,
    'https://host/model.onnx?sig=secret',
    'npm:pkg',
    'npm:../x/y',
    'npm:pkg/../../x',
    'file:',
    '',
  ])('refuses %j and shows the forms', (ref) => {
    let message = '';
    try {
      parseModelRef(ref);
    } catch (error) {
      expect(error).toMatchObject({ code: 'SV_MODEL_REF' });
      message = (error as Error).message;
    }
    expect(message).toContain('Write `hf:org/name@revision/file`');
    expect(message).not.toContain('secret');
    expect(message.split(' Write ')[0]).toMatchSnapshot();
  });
});
