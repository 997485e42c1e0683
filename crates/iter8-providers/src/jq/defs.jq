# Functions that are made of others. What the interpreter brings along is not repeated here, except
# where it does otherwise than the jq of Iter8 0.13.

def null: [][0];
def min: min_by(.);
def max: max_by(.);

def values:    select(. != null);
def nulls:     select(. == null);
def booleans:  select(type == "boolean");
def numbers:   select(type == "number");
def strings:   select(type == "string");
def arrays:    select(type == "array");
def objects:   select(type == "object");
def iterables: select(type | . == "array" or . == "object");
def scalars:   select(type | . != "array" and . != "object");

def add(f): reduce f as $x (null; . + $x);
def add: add(.[]);
def keys: keys_unsorted;
def delpaths($paths): reduce ($paths | sort | reverse[]) as $path (.; getpath($path) |= empty);
def del(f): delpaths([path(f)]);
def IN(values): any(values == .; .);
def IN(source; values): any(source == values; .);
def INDEX(values; f): reduce values as $row ({}; .[$row | f | tostring] |= $row);
def INDEX(f): INDEX(.[]; f);
def in($object): . as $key | $object | has($key);
def inside($whole): . as $part | $whole | contains($part);
def index($part): indices($part)[0];
def rindex($part): indices($part)[-1:][0];
def leaf_paths: paths(scalars);
def transpose: [range([.[] | length] | max // 0) as $i | [.[][$i]]];
def from_entries:
  reduce .[] as $entry ({};
    . + ($entry
      | (if type != "object" then error("an entry must be an object")
         else [.key, .k, .name, .Name, .K, .Key | values][0] end) as $key
      | {(if $key | type == "string" then $key else $key | tojson end):
          (if has("value") then .value elif has("v") then .v else .Value end)}));
def todate: todateiso8601;
def fromdate: fromdateiso8601;

def unique_by(f): [group_by(f)[] | .[0]];
def unique: unique_by(.);
def flatten: flatten(1e9);
def combinations:
  if length == 0 then [] else .[0][] as $first | (.[1:] | combinations) as $rest | [$first] + $rest end;
def combinations($n): [range($n) as $i | .] | combinations;

def match($re; $flags): matches($re; $flags)[];
def match($value): if $value | type == "array" then match($value[0]; $value[1]) else match($value; null) end;
def test($re; $flags): matches($re; $flags) != [];
def test($value): if $value | type == "array" then test($value[0]; $value[1]) else test($value; null) end;
def captured: [.captures[] | select(.name != null) | {(.name): .string}] | add // {};
def capture($re; $flags): match($re; $flags) | captured;
def capture($re): match($re) | captured;
def scan($re; $flags): match($re; "g" + $flags) | if .captures == [] then .string else [.captures[].string] end;
def scan($re): scan($re; null);
def split($re; $flags):
  . as $text
  | [foreach (matches($re; "g" + $flags)[], null) as $match ({at: 0};
      if $match == null then {piece: $text[.at:]}
      else {piece: $text[.at:$match.offset], at: ($match.offset + $match.length)} end;
      .piece)];
def splits($re; $flags): split($re; $flags)[];
def splits($re): splits($re; null);
def sub($re; f; $flags):
  . as $text
  | reduce (matches($re; $flags)[], null) as $match ({at: 0, text: ""};
      if $match == null then .text += $text[.at:]
      else .text += $text[.at:$match.offset] + ($match | captured | f)
        | .at = $match.offset + $match.length end)
  | .text;
def sub($re; f): sub($re; f; null);
def gsub($re; f; $flags): sub($re; f; "g" + $flags);
def gsub($re; f): sub($re; f; "g");

def @text: tostring;
def @json: tojson;
