"""The shader of the training pictures and maps.

The picture has a key and a fill light, sky and ground, gloss, and noise in colour and relief; the maps hold normal,
base colour and depth. Light is summed in linear colour with a gamma of 2.2.
"""

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

FRAGMENT = """
#version 330
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

    if (noise.z > 0.0) {
        float step = 0.02;
        vec3 slope = vec3(layered(p * 2.0 + vec3(step, 0, 0)), layered(p * 2.0 + vec3(0, step, 0)),
                          layered(p * 2.0 + vec3(0, 0, step))) - layered(p * 2.0);
        n = normalize(n - noise.z * 0.35 * slope / step);
    }
    float key = max(dot(n, key_direction), 0.0);
    if (toon > 0.5) key = floor(key * 3.0 + 0.5) / 3.0;
    vec3 light = mix(ground_color, sky_color, 0.5 + 0.5 * n.y) + key * key_color;
    light += max(dot(n, fill_direction), 0.0) * fill_color;
    vec3 linear = pow(base.rgb, vec3(2.2)) * light;
    float shine = pow(max(dot(n, normalize(key_direction + eye)), 0.0), gloss.y);
    linear += gloss.x * (1.2 - v_material.w) * shine * key_color;
    out_color = vec4(pow(clamp(linear, 0.0, 1.0), vec3(1.0 / 2.2)), 1);
}
"""
