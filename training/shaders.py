"""The shaders of the training pictures and maps.

The plain picture has a key and a fill light, sky and ground, gloss, and noise in colour and relief; the maps hold
normal, base colour and depth. Light is summed in linear colour with a gamma of 2.2. Pictures with looks (`LOOKS`) have
shadows, occlusion, surroundings, brush and lines: a program of its own, so that plain pictures stay what they were.
"""

NEAR, FAR = 0.05, 8.0

VERTEX = """
#version 330
uniform mat4 to_clip, to_camera;
uniform mat3 normal_to_camera;
in vec3 position, normal;
in vec2 uv;
in vec4 tint, material;
out vec3 v_normal, v_place, v_object;
out vec2 v_uv;
out vec4 v_tint;
flat out vec4 v_material;
void main() {
    gl_Position = to_clip * vec4(position, 1);
    v_place = (to_camera * vec4(position, 1)).xyz;
    v_normal = normal_to_camera * normal;
    v_object = position; v_uv = uv; v_tint = tint; v_material = material;
}
"""

_DECLARATIONS = """
uniform sampler2DArray textures;
uniform int sides, picture, mirrored;
uniform vec2 depth_of, gloss;
uniform mat3 recolor;
uniform vec3 recolor_add, key_direction, fill_direction, key_color, fill_color, sky_color, ground_color, noise;
uniform float toon;
in vec3 v_normal, v_place, v_object;
in vec2 v_uv;
in vec4 v_tint;
flat in vec4 v_material;
layout(location = 0) out vec4 out_color;
layout(location = 1) out vec4 out_base;
layout(location = 2) out float out_depth;

float hash(vec3 p) {
    p = fract(p * vec3(0.1031, 0.1030, 0.0973));
    p += dot(p, p.yxz + 33.33);
    return fract((p.x + p.y) * p.z);
}
float value_noise(vec3 p) {
    vec3 i = floor(p), f = smoothstep(0.0, 1.0, fract(p));
    vec4 low = vec4(hash(i), hash(i + vec3(1,0,0)), hash(i + vec3(0,1,0)), hash(i + vec3(1,1,0)));
    vec4 high = vec4(hash(i + vec3(0,0,1)), hash(i + vec3(1,0,1)), hash(i + vec3(0,1,1)), hash(i + vec3(1,1,1)));
    vec4 z = mix(low, high, f.z);
    vec2 y = mix(z.xy, z.zw, f.y);
    return mix(y.x, y.y, f.x) - 0.5;
}
float layered(vec3 p) { return value_noise(p) + 0.5 * value_noise(2.1 * p + 7.0); }
"""

_MAIN = """
void main() {
    bool front = gl_FrontFacing != (mirrored == 1);
    if (sides == 0 && !front && v_material.y < 0.5) discard;
    if (sides == 1 && !front) discard;
    if (sides == 2 && front) discard;
    vec4 base = v_tint;
    if (v_material.x > -0.5) base *= texture(textures, vec3(v_uv, v_material.x));
    if (v_material.z > 0.5 && base.a < 0.5) discard;
    base.rgb = clamp(recolor * base.rgb + recolor_add, 0.0, 1.0);
    vec3 p = v_object * noise.y + 17.0;
    if (noise.x > 0.0) base.rgb = clamp(base.rgb * (1.0 + noise.x * 1.6 * layered(p)), 0.0, 1.0);

    vec3 n = normalize(v_normal);
    vec3 eye = normalize(-v_place);
    vec3 face = cross(dFdx(v_place), dFdy(v_place));
    if (!(dot(n, n) > 0.5)) n = normalize(face);
    // Outside is towards the eye for what the eye sees, and away from it for the far side.
    float outward = sides == 0 ? 1.0 : -1.0;
    if (dot(n, eye) * outward < 0.0) n = dot(n, eye) * outward < -0.35 ? -n : normalize(n - eye * dot(n, eye));
    out_depth = (-v_place.z - depth_of.x) / depth_of.y;
    out_base = vec4(base.rgb, 1);
    out_color = vec4((127.0 * n + 128.0) / 255.0, 1);
    if (picture == 0) return;
    vec3 flat_n = n;  // of the surface without its relief

    if (noise.z > 0.0) {
        float step = 0.02;
        vec3 slope = vec3(layered(p * 2.0 + vec3(step, 0, 0)), layered(p * 2.0 + vec3(0, step, 0)),
                          layered(p * 2.0 + vec3(0, 0, step))) - layered(p * 2.0);
        n = normalize(n - noise.z * 0.35 * slope / step);
    }
    float key = max(dot(n, key_direction), 0.0);
    if (toon > 0.5) key = floor(key * 3.0 + 0.5) / 3.0;
#ifdef LOOKS
    float lit = key_seen(flat_n);
    vec3 light = light_around(n, flat_n) + key * lit * key_color;
    if (brush.x > 0.0) paint(base.rgb, light);
#else
    float lit = 1.0;
    vec3 light = mix(ground_color, sky_color, 0.5 + 0.5 * n.y) + key * key_color;
#endif
    light += max(dot(n, fill_direction), 0.0) * fill_color;
    vec3 linear = pow(base.rgb, vec3(2.2)) * light;
    float shine = pow(max(dot(n, normalize(key_direction + eye)), 0.0), gloss.y);
    linear += gloss.x * (1.2 - v_material.w) * shine * lit * key_color;
#ifdef LOOKS
    linear = reflected(linear, pow(base.rgb, vec3(2.2)), n, eye);
    linear *= 1.0 - line.x * on_line();
#endif
    out_color = vec4(pow(clamp(linear, 0.0, 1.0), vec3(1.0 / 2.2)), 1);
}
"""

_LOOKS = """
uniform sampler2DShadow key_depth, around_depth;
uniform sampler2D eye_depth;
uniform vec2 tile, shadow, mirror, brush, line;
uniform vec4 ball;
uniform mat3 key_frame, around_frame[16];
uniform vec3 around[16], around_axis[16], up, sky, ground, lobe_axis[3], lobe_color[3], lobe_sharpness;
uniform float haze, occlusion;

vec3 in_light(mat3 frame, vec3 place) {
    vec3 p = frame * (place - ball.xyz) / ball.w;
    return vec3(0.5 + 0.5 * p.xy, 0.5 - 0.5 * p.z);
}
float key_seen(vec3 n) {
    if (shadow.x == 0.0) return 1.0;
    vec3 p = in_light(key_frame, v_place + n * ball.w * 3.0 / 256.0);
    float sum = 0.0;
    for (int i = -1; i <= 1; i++) for (int j = -1; j <= 1; j++)
        sum += texture(key_depth, vec3((tile + p.xy + shadow.y * vec2(i, j) / 256.0) / 4.0, p.z - 0.003));
    return mix(1.0, sum / 9.0, shadow.x);
}
vec3 light_around(vec3 n, vec3 flat_n) {
    vec3 sum = vec3(0), place = v_place + flat_n * ball.w * 3.0 / 128.0;
    float weight = 0.0;
    for (int k = 0; k < 16; k++) {
        float part = max(dot(n, around_axis[k]), 0.0);
        if (part == 0.0) continue;
        weight += part;
        if (occlusion > 0.0) {
            vec3 p = in_light(around_frame[k], place);
            vec2 at = (tile + (vec2(k % 4, k / 4) + p.xy) / 4.0) / 4.0;
            part *= mix(1.0, texture(around_depth, vec3(at, p.z - 0.006)), occlusion);
        }
        sum += part * around[k];
    }
    return sum / max(weight, 1e-3);
}
vec3 surroundings(vec3 d) {
    vec3 sum = mix(ground, sky, smoothstep(-haze, haze, dot(d, up)));
    for (int i = 0; i < 3; i++) sum += lobe_color[i] * exp(lobe_sharpness[i] * (dot(d, lobe_axis[i]) - 1.0));
    return sum;
}
vec3 reflected(vec3 color, vec3 base, vec3 n, vec3 eye) {
    if (mirror.x == 0.0) return color;
    float facing = max(dot(n, eye), 0.0);
    float strength = mirror.x * (mirror.y > 0.5 ? 1.0 : 0.1 + 0.9 * pow(1.0 - facing, 5.0));
    return mix(color, surroundings(reflect(-eye, n)) * (mirror.y > 0.5 ? base : vec3(1)), strength);
}
void paint(inout vec3 color, inout vec3 light) {
    float stroke = layered(v_object * vec3(11, 26, 11) + 3.0);
    color = mix(color, clamp(floor(color * brush.y + 0.5 + stroke) / brush.y, 0.0, 1.0), 0.6 * brush.x);
    float bright = dot(light, vec3(0.3, 0.6, 0.1)), steps = floor(bright * brush.y + 0.5 + stroke) / brush.y;
    light *= mix(1.0, max(steps, 0.1) / max(bright, 0.05), 0.7 * brush.x);
}
float on_line() {
    if (line.x == 0.0) return 0.0;
    ivec2 at = ivec2(gl_FragCoord.xy);
    // Depth in the buffer is even across a plane: what bends there is an edge.
    float middle = texelFetch(eye_depth, at, 0).x, bend = 0.0;
    ivec2 ways[4] = ivec2[4](ivec2(1, 0), ivec2(0, 1), ivec2(1, 1), ivec2(1, -1));
    for (int i = 0; i < 4; i++) {
        float sum = texelFetch(eye_depth, at + ways[i], 0).x + texelFetch(eye_depth, at - ways[i], 0).x;
        bend = max(bend, abs(sum - 2.0 * middle));
    }
    bend *= v_place.z * v_place.z * DEPTH_TO_REACH;  // in sides of the view
    return smoothstep(line.y, 2.0 * line.y, bend);
}
"""

FRAGMENT = f"#version 330\n{_DECLARATIONS}{_MAIN}"
LOOKS_FRAGMENT = (
    f"#version 330\n#define LOOKS\n#define DEPTH_TO_REACH {(FAR - NEAR) / (FAR * NEAR)}\n{_DECLARATIONS}{_LOOKS}{_MAIN}"
)

DEPTH_VERTEX = """
#version 330
uniform mat4 to_clip;
in vec3 position;
in vec2 uv;
in vec4 tint, material;
out vec2 v_uv;
out float v_alpha;
flat out vec2 v_material;
void main() {
    gl_Position = to_clip * vec4(position, 1);
    v_uv = uv; v_alpha = tint.a; v_material = material.xz;
}
"""

DEPTH_FRAGMENT = """
#version 330
uniform sampler2DArray textures;
in vec2 v_uv;
in float v_alpha;
flat in vec2 v_material;
void main() {
    if (v_material.y < 0.5) return;
    float alpha = v_alpha;
    if (v_material.x > -0.5) alpha *= texture(textures, vec3(v_uv, v_material.x)).a;
    if (alpha < 0.5) discard;
}
"""
