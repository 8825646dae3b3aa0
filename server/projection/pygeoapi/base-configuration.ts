/**
 * A configuration to begin with, where none is there: pygeoapi accepts it as it stands and serves on loopback. People edit it; only the
 * collections of our datasets are ever written again.
 */
export const BASE_CONFIGURATION = `# pygeoapi's configuration, made by Ionbeam because there was none. Edit it as you like:
# of this file Ionbeam only writes what it knows about its datasets, below "resources".
server:
  bind:
    host: 127.0.0.1
    port: 5000
  url: http://localhost:5000
  mimetype: application/json; charset=UTF-8
  encoding: utf-8
  gzip: false
  language: en-US
  cors: true
  pretty_print: true
  limits:
    default_items: 50
    max_items: 1000
    on_exceed: throttle
  admin: false
  map:
    url: https://tile.openstreetmap.org/{z}/{x}/{y}.png
    attribution: '&copy; <a href="https://openstreetmap.org/copyright">OpenStreetMap contributors</a>'
logging:
  level: INFO
metadata:
  identification:
    title: Ionbeam
    description: Observations of citizen and IoT weather stations
    keywords:
      - observations
      - weather
      - IoT
    keywords_type: theme
    terms_of_service: See the licence of each collection
    url: http://localhost:5000
  license:
    name: See the licence of each collection
    url: http://localhost:5000/collections
  provider:
    name: Ionbeam
    url: http://localhost:5000
  contact:
    name: Ionbeam
    email: nobody@localhost
    url: http://localhost:5000
resources: {}
`;
