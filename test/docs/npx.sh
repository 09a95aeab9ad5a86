#!/bin/sh
# Stands before npx on the PATH of the documentation's commands: runs what is installed, as npx does, without the second
# that npm takes to start, and finds nothing that is not.
command=$1
shift
folder=$PWD
while [ ! -x "$folder/node_modules/.bin/$command" ]; do
  if [ "$folder" = / ]; then
    echo "npx: $command is not installed here" >&2
    exit 127
  fi
  folder=$(dirname "$folder")
done
exec "$folder/node_modules/.bin/$command" "$@"
