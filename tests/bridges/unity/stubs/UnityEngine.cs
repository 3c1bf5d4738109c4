// Declarations of the members of UnityEngine that the bridge uses, written from Unity's Scripting API reference
// (2022.3 and 6000.0), with as little behaviour as it takes to walk through an import: objects, transforms, meshes.
using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;

// What Unity does not have is internal, so that the bridge cannot use it by mistake.
[assembly: InternalsVisibleTo("UnityEditor")]
[assembly: InternalsVisibleTo("whole")]

#pragma warning disable 67, 414, 649

namespace Unity.Collections
{
    public enum Allocator { Temp = 2 }

    public struct NativeArray<T> : IDisposable where T : struct
    {
        readonly T[] items;
        public NativeArray(int length, Allocator allocator) { items = new T[length]; }
        public int Length => items.Length;
        public T this[int index] { get => items[index]; set => items[index] = value; }
        public void Dispose() { }
    }
}

namespace UnityEngine.Rendering
{
    public class RenderPipelineAsset : ScriptableObject { }

    public static class GraphicsSettings
    {
        public static RenderPipelineAsset currentRenderPipeline => null;
    }

    public enum GraphicsDeviceType { Null = 4 }

    public enum IndexFormat { UInt16 = 0, UInt32 = 1 }

    public struct SubMeshDescriptor
    {
        public MeshTopology topology { get; set; }
        public int indexCount { get; set; }
    }
}

namespace UnityEngine
{
    public class Object
    {
        internal bool isDestroyed;
        public string name { get; set; }
        public static T Instantiate<T>(T original) where T : Object
            => (T)(Object)new Copy((GameObject)(Object)original).Root;
        public static void DestroyImmediate(Object obj)
        {
            obj.isDestroyed = true;
            if (obj is GameObject)
                ((GameObject)obj).transform.SetParent(null, false);
            else if (obj is Component)
                ((Component)obj).gameObject.components.Remove((Component)obj);
        }
        public static bool operator ==(Object x, Object y) => IsNull(x) ? IsNull(y) : ReferenceEquals(x, y);
        public static bool operator !=(Object x, Object y) => !(x == y);
        public static implicit operator bool(Object exists) => !IsNull(exists);
        public override bool Equals(object other) => ReferenceEquals(this, other);
        public override int GetHashCode() => RuntimeHelpers.GetHashCode(this);
        static bool IsNull(Object x) => ReferenceEquals(x, null) || x.isDestroyed;
    }

    public class ScriptableObject : Object { }

    public class Component : Object
    {
        internal GameObject owner;
        public new string name { get => owner.name; set => owner.name = value; }
        public Transform transform => owner.transform;
        public GameObject gameObject => owner;
        public T GetComponent<T>() => owner.GetComponent<T>();
        public T[] GetComponents<T>() => owner.components.OfType<T>().ToArray();
        public T[] GetComponentsInChildren<T>(bool includeInactive)
            => owner.GetComponentsInChildren<T>(includeInactive);
        public T[] GetComponentsInChildren<T>() => owner.GetComponentsInChildren<T>(false);
    }

    public class Behaviour : Component { }

    public sealed class GameObject : Object
    {
        internal readonly List<Component> components = new List<Component>();
        internal string instanceOf;
        public GameObject(string name)
        {
            this.name = name;
            AddComponent<Transform>();
        }
        public bool activeSelf { get; private set; } = true;
        public void SetActive(bool value) => activeSelf = value;
        public Transform transform => (Transform)components[0];
        public T AddComponent<T>() where T : Component => (T)Add(typeof(T));
        internal Component Add(Type type)
        {
            var made = (Component)Activator.CreateInstance(type);
            made.owner = this;
            components.Add(made);
            return made;
        }
        public T GetComponent<T>() => components.OfType<T>().FirstOrDefault();
        public T GetComponentInChildren<T>(bool includeInactive) => GetComponentsInChildren<T>(includeInactive)
            .FirstOrDefault();
        public T[] GetComponentsInChildren<T>() => GetComponentsInChildren<T>(false);
        public T[] GetComponentsInChildren<T>(bool includeInactive)
        {
            return components.OfType<T>()
                .Concat(transform.children.SelectMany(child
                    => child.owner.GetComponentsInChildren<T>(includeInactive))).ToArray();
        }
    }

    public class Transform : Component, IEnumerable
    {
        internal readonly List<Transform> children = new List<Transform>();
        internal Transform parent;
        public Vector3 position { get => localToWorldMatrix.MultiplyPoint3x4(Vector3.zero); set
            => localPosition = value; }
        public Vector3 localPosition { get; set; }
        public Vector3 localScale { get; set; } = Vector3.one;
        public Quaternion rotation { get; set; }
        public Quaternion localRotation { get; set; } = Quaternion.identity;
        public Matrix4x4 worldToLocalMatrix => parent == null && localScale.x == 1 ? Matrix4x4.identity
            : throw new NotSupportedException();
        public Matrix4x4 localToWorldMatrix
        {
            get
            {
                var local = new Matrix4x4(localScale, localPosition);
                return parent == null ? local : parent.localToWorldMatrix * local;
            }
        }
        public void SetParent(Transform parent, bool worldPositionStays)
        {
            if (this.parent != null)
                this.parent.children.Remove(this);
            this.parent = parent;
            if (parent != null)
                parent.children.Add(this);
        }
        public Transform Find(string n) => children.FirstOrDefault(child => child.name == n);
        public bool IsChildOf(Transform parent) => this == parent || this.parent != null
            && this.parent.IsChildOf(parent);
        public void LookAt(Vector3 worldPosition) { }
        public IEnumerator GetEnumerator() => children.ToList().GetEnumerator();
    }

    public struct Vector3
    {
        public float x, y, z;
        public Vector3(float x, float y, float z) { this.x = x; this.y = y; this.z = z; }
        public static Vector3 zero => default(Vector3);
        public static Vector3 one => new Vector3(1, 1, 1);
        public float magnitude => (float)Math.Sqrt(x * x + y * y + z * z);
        public Vector3 normalized => this / magnitude;
        public static Vector3 Cross(Vector3 a, Vector3 b)
        {
            return new Vector3(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x);
        }
        public static Vector3 operator +(Vector3 a, Vector3 b) => new Vector3(a.x + b.x, a.y + b.y, a.z + b.z);
        public static Vector3 operator -(Vector3 a, Vector3 b) => a + b * -1;
        public static Vector3 operator *(Vector3 a, float d) => new Vector3(a.x * d, a.y * d, a.z * d);
        public static Vector3 operator /(Vector3 a, float d) => a * (1 / d);
    }

    public struct Quaternion
    {
        internal float yaw; // degrees; no test turns anything about another axis
        public static Quaternion identity => default(Quaternion);
        public static float Angle(Quaternion a, Quaternion b) => Math.Abs(a.yaw - b.yaw);
        public static Quaternion Euler(float x, float y, float z) => new Quaternion { yaw = y };
        public static Quaternion operator *(Quaternion lhs, Quaternion rhs) => new Quaternion { yaw = lhs.yaw
            + rhs.yaw };
    }

    // Scale and offset only.
    public struct Matrix4x4
    {
        readonly Vector3 scale, offset;
        internal Matrix4x4(Vector3 scale, Vector3 offset) { this.scale = scale; this.offset = offset; }
        public static Matrix4x4 identity => new Matrix4x4(Vector3.one, Vector3.zero);
        public Vector3 MultiplyPoint3x4(Vector3 point)
        {
            return new Vector3(point.x * scale.x, point.y * scale.y, point.z * scale.z) + offset;
        }
        public static Matrix4x4 operator *(Matrix4x4 lhs, Matrix4x4 rhs)
        {
            var scale = new Vector3(lhs.scale.x * rhs.scale.x, lhs.scale.y * rhs.scale.y, lhs.scale.z * rhs.scale.z);
            return new Matrix4x4(scale, lhs.MultiplyPoint3x4(rhs.offset));
        }
    }

    public struct Bounds
    {
        public Bounds(Vector3 center, Vector3 size) : this()
        {
            min = center - size / 2;
            max = center + size / 2;
        }
        public Vector3 center { get; set; }
        public Vector3 size { get; set; }
        public Vector3 extents { get; set; }
        public Vector3 min { get; set; }
        public Vector3 max { get; set; }
        public void Encapsulate(Bounds bounds) { }
    }

    public struct Rect
    {
        public Rect(float x, float y, float width, float height) { }
    }

    public struct Color
    {
        public Color(float r, float g, float b) { }
        public static Color red => default(Color);
    }

    public struct Color32
    {
        public byte r, g, b, a;
        public Color32(byte r, byte g, byte b, byte a) { this.r = r; this.g = g; this.b = b; this.a = a; }
        public static implicit operator Color(Color32 c) => default(Color);
    }

    public struct Mathf
    {
        public const float Deg2Rad = 0.0174532924F;
        public static float Max(float a, float b) => a;
        public static float Sin(float f) => f;
    }

    // What Unity does when it instantiates, opens or saves a prefab.
    internal sealed class Copy
    {
        readonly Dictionary<Object, Object> made = new Dictionary<Object, Object>();
        public readonly GameObject Root;

        // isInstance: the copies remember what they are copies of.
        public Copy(GameObject original, bool isInstance = false)
        {
            Root = Tree(original);
            foreach (var pair in made.ToList())
                Fill(pair.Key, pair.Value, isInstance);
        }

        GameObject Tree(GameObject original)
        {
            var copy = new GameObject(original.name) { instanceOf = original.instanceOf };
            copy.SetActive(original.activeSelf);
            made[original.transform] = copy.transform;
            foreach (var component in original.components.Skip(1))
                made[component] = copy.Add(component.GetType());
            foreach (var child in original.transform.children)
                Tree(child.gameObject).transform.SetParent(copy.transform, false);
            return copy;
        }

        void Fill(Object from, Object to, bool isInstance)
        {
            foreach (var property in from.GetType().GetProperties().Where(one => one.CanWrite && one.CanRead
                && one.Name != "name"
                && one.Name != "position" && one.Name != "bounds"))
                property.SetValue(to, property.GetValue(from, null), null);
            if (to is SkinnedMeshRenderer)
                ((SkinnedMeshRenderer)to).bones = ((SkinnedMeshRenderer)from).bones.Select(Mapped).ToArray();
            if (to is Renderer)
                ((Renderer)to).source = isInstance ? (Renderer)from : ((Renderer)from).source;
            if (to is LODGroup)
                ((LODGroup)to).SetLODs(((LODGroup)from).GetLODs().Select(lod =>
                    new LOD(lod.screenRelativeTransitionHeight, lod.renderers.Select(Mapped).ToArray())).ToArray());
        }

        T Mapped<T>(T original) where T : Object => made.ContainsKey(original) ? (T)made[original] : original;
    }

    public enum MeshTopology { Triangles = 0 }

    public sealed class Mesh : Object
    {
        internal Vector3[] positions = new Vector3[0];
        internal int[] corners = new int[0];
        public Bounds bounds
        {
            get
            {
                var low = new Vector3(positions.Min(p => p.x), positions.Min(p => p.y), positions.Min(p => p.z));
                var high = new Vector3(positions.Max(p => p.x), positions.Max(p => p.y), positions.Max(p => p.z));
                return new Bounds((low + high) / 2, high - low);
            }
            set { }
        }
        public Matrix4x4[] bindposes { get; set; } = new Matrix4x4[0];
        public Rendering.IndexFormat indexFormat { get; set; }
        public void Clear() { positions = new Vector3[0]; corners = new int[0]; }
        public void SetVertices(Vector3[] inVertices) => positions = inVertices;
        public void SetTriangles(int[] triangles, int submesh) => corners = triangles;
        public void RecalculateNormals() { }
        public void RecalculateBounds() { }

        public struct MeshDataArray : IDisposable
        {
            internal Mesh mesh;
            public MeshData this[int index] => new MeshData { mesh = mesh };
            public void Dispose() { }
        }

        public struct MeshData
        {
            internal Mesh mesh;
            public int vertexCount => mesh.positions.Length;
            public int subMeshCount => 1;
            public Rendering.SubMeshDescriptor GetSubMesh(int index)
            {
                return new Rendering.SubMeshDescriptor { indexCount = mesh.corners.Length };
            }
            public void GetVertices(Unity.Collections.NativeArray<Vector3> outVertices)
            {
                for (var i = 0; i < outVertices.Length; i++)
                    outVertices[i] = mesh.positions[i];
            }
            public void GetIndices(Unity.Collections.NativeArray<int> outIndices, int submesh,
                bool applyBaseVertex = true)
            {
                for (var i = 0; i < outIndices.Length; i++)
                    outIndices[i] = mesh.corners[i];
            }
        }
    }

    public class MeshFilter : Component
    {
        public Mesh sharedMesh { get; set; }
    }

    public class Renderer : Component
    {
        public Bounds bounds { get; set; }
        internal Renderer source;
        Material[] materials = new Material[0];
        public Material[] sharedMaterials { get => (Material[])materials.Clone(); set => materials = value; }
    }

    public class SkinnedMeshRenderer : Renderer
    {
        public Mesh sharedMesh { get; set; }
        public Transform[] bones { get; set; } = new Transform[0];
    }

    public class Collider : Component { }

    public class MeshCollider : Collider
    {
        public bool convex { get; set; }
        public Mesh sharedMesh { get; set; }
    }

    public struct LOD
    {
        public float screenRelativeTransitionHeight;
        public float fadeTransitionWidth;
        public Renderer[] renderers;
        public LOD(float screenRelativeTransitionHeight, Renderer[] renderers)
        {
            this.screenRelativeTransitionHeight = screenRelativeTransitionHeight;
            fadeTransitionWidth = 0;
            this.renderers = renderers;
        }
    }

    public class LODGroup : Component
    {
        LOD[] levels = new LOD[0];
        public LOD[] GetLODs() => (LOD[])levels.Clone();
        public void SetLODs(LOD[] lods)
        {
            for (var i = 1; i < lods.Length; i++)
                if (lods[i].screenRelativeTransitionHeight >= lods[i - 1].screenRelativeTransitionHeight)
                    throw new ArgumentException("SetLODs: heights must fall");
            levels = lods;
        }
        public void RecalculateBounds() { }
        public void ForceLOD(int index) { }
    }

    public class Avatar : Object
    {
        public bool isValid { get; internal set; }
        public bool isHuman => isValid;
    }

    public class Animator : Behaviour
    {
        public Avatar avatar { get; set; }
    }

    public struct SkeletonBone
    {
        public string name;
        public Vector3 position;
        public Quaternion rotation;
        public Vector3 scale;
    }

    public struct HumanLimit
    {
        public bool useDefaultValues { get; set; }
    }

    public struct HumanBone
    {
        public HumanLimit limit;
        public string boneName { get; set; }
        public string humanName { get; set; }
    }

    public struct HumanDescription
    {
        public HumanBone[] human;
        public SkeletonBone[] skeleton;
        public float upperArmTwist { get; set; }
        public float lowerArmTwist { get; set; }
        public float upperLegTwist { get; set; }
        public float lowerLegTwist { get; set; }
        public float armStretch { get; set; }
        public float legStretch { get; set; }
        public float feetSpacing { get; set; }
        public bool hasTranslationDoF { get; set; }
    }

    public class AvatarBuilder
    {
        public static Avatar BuildHumanAvatar(GameObject go, HumanDescription humanDescription)
        {
            var there = go.GetComponentsInChildren<Transform>(true).Select(transform => transform.name).ToList();
            var known = humanDescription.skeleton.Select(bone => bone.name).ToList();
            return new Avatar
            {
                isValid = known.SequenceEqual(there) && humanDescription.human.Length >= 15
                    && humanDescription.human.All(bone => there.Contains(bone.boneName)),
            };
        }
    }

    public class Texture : Object
    {
        public virtual int width { get; set; }
        public virtual int height { get; set; }
    }

    public sealed class Texture2D : Texture
    {
        public Color32[] GetPixels32() => null;
    }

    public static class ImageConversion
    {
        public static byte[] EncodeToPNG(this Texture2D tex) => null;
    }

    public enum TextureWrapMode { Repeat = 0, Clamp = 1 }

    public sealed class Shader : Object
    {
        public static Shader Find(string name) => new Shader { name = name };
    }

    public class Material : Object
    {
        readonly Dictionary<string, Texture> textures = new Dictionary<string, Texture>();
        readonly Dictionary<string, float> floats = new Dictionary<string, float>();
        readonly SortedSet<string> keywords = new SortedSet<string>();
        public Shader shader { get; set; }
        public Color color { get; set; }
        public string[] shaderKeywords { get => keywords.ToArray(); set { } }
        public string[] GetTexturePropertyNames() => textures.Keys.ToArray();
        public bool HasProperty(string name) => textures.ContainsKey(name) || floats.ContainsKey(name);
        public Texture GetTexture(string name) => textures.ContainsKey(name) ? textures[name] : null;
        public void SetTexture(string name, Texture value) => textures[name] = value;
        public float GetFloat(string name) => floats[name];
        public void SetFloat(string name, float value) => floats[name] = value;
        public void EnableKeyword(string keyword) => keywords.Add(keyword);
    }

    public enum CameraClearFlags { SolidColor = 2 }

    public sealed class Camera : Behaviour
    {
        public CameraClearFlags clearFlags { get; set; }
        public Color backgroundColor { get; set; }
        public float fieldOfView { get; set; }
        public float nearClipPlane { get; set; }
        public float farClipPlane { get; set; }
    }

    public sealed class Light : Behaviour
    {
        public float intensity { get; set; }
    }

    public sealed class SystemInfo
    {
        public static Rendering.GraphicsDeviceType graphicsDeviceType => Rendering.GraphicsDeviceType.Null;
    }

    public enum RuntimePlatform { WindowsEditor = 7 }

    public enum LogType { Error, Assert, Warning, Log, Exception }

    public class Application
    {
        public delegate void LogCallback(string condition, string stackTrace, LogType type);
        public static event LogCallback logMessageReceived;
        public static string unityVersion => "2022.3.0f1";
        public static string dataPath { get; internal set; }
        public static bool isBatchMode => false;
        public static RuntimePlatform platform => default(RuntimePlatform);
    }

    public class Debug
    {
        public static void Log(object message) => Console.Error.WriteLine(message);
        public static void LogWarning(object message) => Console.Error.WriteLine(message);
        public static void LogError(object message) => Console.Error.WriteLine(message);
    }

    public class GUIContent
    {
        public GUIContent(string text) { }
        public GUIContent(string text, string tooltip) { }
    }

    public sealed class GUIStyle { }

    public sealed class GUILayoutOption { }

    public class GUI
    {
        public static bool changed { get; set; }
    }

    public class GUILayout
    {
        public static bool Button(string text, params GUILayoutOption[] options) => false;
        public static GUILayoutOption Width(float width) => null;
    }
}

namespace UnityEngine.SceneManagement
{
    public struct Scene { }
}

namespace UnityEngine.UIElements
{
    public class VisualElement { }
}
