/** What pictures of the task may show, for generators: combined to prompts. Positive and negative scenes differ in the subject alone. */
export const PROMPTS = {
  style: 'Photorealistic dashcam footage',
  scenes: [
    'city street with parked cars',
    'residential street with trees',
    'two-lane country road',
    'four-lane highway',
    'motorway with a median barrier',
    'intersection with traffic lights',
    'narrow old-town street',
    'bridge over a river',
    'tunnel entrance',
    'suburban road past shops',
  ],
  weather: ['clear sky', 'overcast', 'light rain and a wet road', 'heavy rain', 'fog', 'snow at the roadside'],
  times: ['at noon', 'in the early morning', 'at dusk', 'at night under street lights', 'with a low sun ahead'],
  negative: 'cartoon, drawing, painting, 3d render, anime, text overlay, watermark, blurry, deformed',
  classes: {
    roadwork: {
      subjects: [
        'a lane closed by orange traffic cones',
        'orange and white barrels along the lane',
        'striped barricades and a road work ahead sign',
        'workers in high-visibility vests beside an open trench',
        'an excavator digging up the lane',
        'a paver and a road roller laying fresh asphalt',
        'temporary concrete barriers and a lane shift',
        'a flagger with a stop paddle before a closed lane',
        'an arrow board trailer and a line of cones',
        'a fenced construction zone on the carriageway',
      ],
      hard: [
        'a single small cone beside an open manhole far ahead',
        'distant construction vehicles half hidden by traffic',
        'an unlit work zone with few reflective posts',
      ],
      negative: 'empty road',
    },
    no_roadwork: {
      subjects: [
        'ordinary traffic',
        'an empty road',
        'a bus ahead',
        'cyclists at the roadside',
        'cars waiting in line',
      ],
      hard: [
        'an orange car ahead',
        'a pedestrian in an orange jacket',
        'a cyclist in a high-visibility vest',
        'an orange delivery van at the roadside',
        'a truck with orange tarpaulin',
        'a school crossing with yellow signs',
        'orange autumn trees along the road',
        'striped bollards of a parking lot',
      ],
      negative:
        'traffic cones, construction, roadwork, barricades, construction signs, excavator, construction workers',
    },
  },
} as const;
