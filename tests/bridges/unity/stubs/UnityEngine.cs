// Declarations of the members of UnityEngine that the bridge uses, written from Unity's Scripting API reference
// (2022.3 and 6000.0). They are compiled against, never run.
using System;
using System.Collections;
using System.Collections.Generic;

#pragma warning disable 67, 414, 649

namespace Unity.Collections
{
    public enum Allocator { Temp = 2 }

    public struct NativeArray<T> : IDisposable where T : struct
    {
        public NativeArray(int length, Allocator allocator) { }
        public int Length => 0;
        public T this[int index] { get => default(T); set { } }
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
        public string name { get; set; }
        public static T Instantiate<T>(T original) where T : Object => null;
        public static void DestroyImmediate(Object obj) { }
        public static bool operator ==(Object x, Object y) => ReferenceEquals(x, y);
        public static bool operator !=(Object x, Object y) => !ReferenceEquals(x, y);
        public static implicit operator bool(Object exists) => !ReferenceEquals(exists, null);
        public override bool Equals(object other) => ReferenceEquals(this, other);
        public override int GetHashCode() => 0;
    }

    public class ScriptableObject : Object { }

    public class Component : Object
    {
        public Transform transform => null;
        public GameObject gameObject => null;
        public T GetComponent<T>() => default(T);
        public T[] GetComponents<T>() => null;
        public T[] GetComponentsInChildren<T>(bool includeInactive) => null;
        public T[] GetComponentsInChildren<T>() => null;
    }

    public class Behaviour : Component { }

    public sealed class GameObject : Object
    {
        public GameObject(string name) { }
        public bool activeSelf => false;
        public void SetActive(bool value) { }
        public Transform transform => null;
        public T AddComponent<T>() where T : Component => null;
        public T GetComponent<T>() => default(T);
        public T GetComponentInChildren<T>(bool includeInactive) => default(T);
        public T[] GetComponentsInChildren<T>(bool includeInactive) => null;
        public T[] GetComponentsInChildren<T>() => null;
    }

    public class Transform : Component, IEnumerable
    {
        public Vector3 position { get; set; }
        public Vector3 localPosition { get; set; }
        public Vector3 localScale { get; set; }
        public Quaternion rotation { get; set; }
        public Quaternion localRotation { get; set; }
        public Matrix4x4 worldToLocalMatrix => default(Matrix4x4);
        public Matrix4x4 localToWorldMatrix => default(Matrix4x4);
        public void SetParent(Transform parent, bool worldPositionStays) { }
        public Transform Find(string n) => null;
        public bool IsChildOf(Transform parent) => false;
        public void LookAt(Vector3 worldPosition) { }
        public IEnumerator GetEnumerator() => null;
    }

    public struct Vector3
    {
        public float x, y, z;
        public Vector3(float x, float y, float z) { this.x = x; this.y = y; this.z = z; }
        public static Vector3 zero => default(Vector3);
        public static Vector3 one => default(Vector3);
        public float magnitude => 0;
        public Vector3 normalized => this;
        public static Vector3 Cross(Vector3 lhs, Vector3 rhs) => lhs;
        public static Vector3 operator +(Vector3 a, Vector3 b) => a;
        public static Vector3 operator -(Vector3 a, Vector3 b) => a;
        public static Vector3 operator *(Vector3 a, float d) => a;
        public static Vector3 operator /(Vector3 a, float d) => a;
    }

    public struct Quaternion
    {
        public static Quaternion identity => default(Quaternion);
        public static float Angle(Quaternion a, Quaternion b) => 0;
        public static Quaternion Euler(float x, float y, float z) => default(Quaternion);
        public static Quaternion operator *(Quaternion lhs, Quaternion rhs) => lhs;
    }

    public struct Matrix4x4
    {
        public Vector3 MultiplyPoint3x4(Vector3 point) => point;
        public static Matrix4x4 operator *(Matrix4x4 lhs, Matrix4x4 rhs) => lhs;
    }

    public struct Bounds
    {
        public Bounds(Vector3 center, Vector3 size) : this() { }
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

    public enum MeshTopology { Triangles = 0 }

    public sealed class Mesh : Object
    {
        public Bounds bounds { get; set; }
        public Matrix4x4[] bindposes { get; set; }
        public Rendering.IndexFormat indexFormat { get; set; }
        public void Clear() { }
        public void SetVertices(Vector3[] inVertices) { }
        public void SetTriangles(int[] triangles, int submesh) { }
        public void RecalculateNormals() { }
        public void RecalculateBounds() { }

        public struct MeshDataArray : IDisposable
        {
            public MeshData this[int index] => default(MeshData);
            public void Dispose() { }
        }

        public struct MeshData
        {
            public int vertexCount => 0;
            public int subMeshCount => 0;
            public Rendering.SubMeshDescriptor GetSubMesh(int index) => default(Rendering.SubMeshDescriptor);
            public void GetVertices(Unity.Collections.NativeArray<Vector3> outVertices) { }
            public void GetIndices(Unity.Collections.NativeArray<int> outIndices, int submesh,
                bool applyBaseVertex = true) { }
        }
    }

    public class MeshFilter : Component
    {
        public Mesh sharedMesh { get; set; }
    }

    public class Renderer : Component
    {
        public Bounds bounds { get; set; }
        public Material[] sharedMaterials { get; set; }
    }

    public class SkinnedMeshRenderer : Renderer
    {
        public Mesh sharedMesh { get; set; }
        public Transform[] bones { get; set; }
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
        public LOD[] GetLODs() => null;
        public void SetLODs(LOD[] lods) { }
        public void RecalculateBounds() { }
        public void ForceLOD(int index) { }
    }

    public class Avatar : Object
    {
        public bool isValid => false;
        public bool isHuman => false;
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
        public static Avatar BuildHumanAvatar(GameObject go, HumanDescription humanDescription) => null;
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
        public static Shader Find(string name) => null;
    }

    public class Material : Object
    {
        public Shader shader { get; set; }
        public Color color { get; set; }
        public string[] shaderKeywords { get; set; }
        public string[] GetTexturePropertyNames() => null;
        public bool HasProperty(string name) => false;
        public Texture GetTexture(string name) => null;
        public void SetTexture(string name, Texture value) { }
        public float GetFloat(string name) => 0;
        public void SetFloat(string name, float value) { }
        public void EnableKeyword(string keyword) { }
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
        public static Rendering.GraphicsDeviceType graphicsDeviceType => default(Rendering.GraphicsDeviceType);
    }

    public enum RuntimePlatform { WindowsEditor = 7 }

    public enum LogType { Error, Assert, Warning, Log, Exception }

    public class Application
    {
        public delegate void LogCallback(string condition, string stackTrace, LogType type);
        public static event LogCallback logMessageReceived;
        public static string unityVersion => null;
        public static string dataPath => null;
        public static bool isBatchMode => false;
        public static RuntimePlatform platform => default(RuntimePlatform);
    }

    public class Debug
    {
        public static void Log(object message) { }
        public static void LogWarning(object message) { }
        public static void LogError(object message) { }
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
