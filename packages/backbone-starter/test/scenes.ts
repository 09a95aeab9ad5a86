import sharp from 'sharp';

/** A street under a blue sky, drawn: houses, asphalt, markings, a red and a white car. */
function street(more: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="1280" height="720">
    <rect width="1280" height="340" fill="#86aad6"/>
    <rect x="0" y="180" width="330" height="200" fill="#8d6a58"/><rect x="900" y="150" width="380" height="230" fill="#a8a196"/>
    <path d="M0 720 L560 350 L720 350 L1280 720 Z" fill="#5d5f63"/>
    <path d="M0 720 L560 350 L0 350 Z" fill="#7a7d72"/><path d="M1280 720 L720 350 L1280 350 Z" fill="#83857e"/>
    <path d="M632 720 L637 350 L643 350 L652 720 Z" fill="#d8d8d2"/>
    <rect x="760" y="390" width="90" height="60" rx="8" fill="#b3222b"/><rect x="430" y="385" width="60" height="45" rx="6" fill="#e8e8ea"/>
    ${more}
  </svg>`;
}

function cone(x: number, y: number, height: number): string {
  const half = height / 4;
  return `<path d="M${x - half} ${y} L${x} ${y - height} L${x + half} ${y} Z" fill="#f26a1b"/>
    <rect x="${x - half / 2}" y="${y - height / 2}" width="${half}" height="${height / 6}" fill="#f4f4f0"/>`;
}

const cones = [0, 1, 2, 3, 4, 5].map((i) => cone(300 + 60 * i, 640 - 45 * i, 110 - 14 * i)).join('');

const png = (svg: string) => sharp(Buffer.from(svg)).png().toBuffer();

export const plainRoad = () => png(street(''));
export const coneRoad = () => png(street(cones));
