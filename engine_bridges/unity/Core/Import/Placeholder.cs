using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace Importer.Bridge
{
    /// <summary>
    /// The smallest files that Unity loads as a prefab, material, mesh or avatar. They are written with their .meta
    /// before Unity knows them, and filled afterwards: so GUIDs and the ids of the root are the same everywhere.
    /// </summary>
    public static class Placeholder
    {
        const string Head = "%YAML 1.1\n%TAG !u! tag:unity3d.com,2011:\n";
        const long Root = 1000000000000000001, RootTransform = 1000000000000000002;

        public static string Material(string name) => Native(21, "Material", name);

        public static string Mesh(string name) => Native(43, "Mesh", name);

        public static string Avatar(string name) => Native(90, "Avatar", name);

        public static string Prefab(string name)
        {
            return Head + Lines(
                "--- !u!1 &" + Root,
                "GameObject:",
                "  m_ObjectHideFlags: 0",
                "  serializedVersion: 6",
                "  m_Component:",
                "  - component: {fileID: " + RootTransform + "}",
                "  m_Layer: 0",
                "  m_Name: " + Quoted(name),
                "  m_TagString: Untagged",
                "  m_IsActive: 1",
                "--- !u!4 &" + RootTransform,
                "Transform:",
                "  m_ObjectHideFlags: 0",
                "  m_GameObject: {fileID: " + Root + "}",
                "  m_LocalRotation: {x: 0, y: 0, z: 0, w: 1}",
                "  m_LocalPosition: {x: 0, y: 0, z: 0}",
                "  m_LocalScale: {x: 1, y: 1, z: 1}",
                "  m_Children: []",
                "  m_Father: {fileID: 0}");
        }

        // A native asset's only object has the id of its class times 100,000.
        static string Native(int classId, string type, string name)
        {
            return Head + Lines("--- !u!" + classId + " &" + classId + "00000", type + ":",
                                "  m_ObjectHideFlags: 0", "  m_Name: " + Quoted(name));
        }

        static string Lines(params string[] lines) => string.Concat(lines.Select(line => line + "\n"));

        // YAML's double quotes take JSON's escapes.
        static string Quoted(string name) => JsonWriter.Write(name).TrimEnd('\n');
    }
}
