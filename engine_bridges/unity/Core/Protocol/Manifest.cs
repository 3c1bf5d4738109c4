using System;
using System.Collections.Generic;
using System.Linq;

namespace Importer.Bridge
{
    /// <summary>
    /// What the bridge uses of a manifest (docs/manifest.md). Lengths in metres unless in the engine's units.
    /// </summary>
    public sealed class Manifest
    {
        public string Asset;
        public string Kind;

        /// <summary>The minor number of schema_version; a reader of 1.0 reads them all.</summary>
        public int Minor;

        public List<LodLevel> Lods;
        public SortedDictionary<string, PublishedFile> Files;
        public SortedDictionary<string, Target> Targets;

        /// <summary>Null without a rig.</summary>
        public Skeleton Skeleton;
    }

    public sealed class LodLevel
    {
        public int Triangles;

        /// <summary>Part of the screen's height that the object covers when this level begins to be used.</summary>
        public double ScreenSize;
    }

    public sealed class PublishedFile
    {
        public string Path;
        public string Sha256;
        public long Bytes;

        /// <summary>glTF extensions without which the file cannot be read.</summary>
        public List<string> Requires;
    }

    public sealed class Skeleton
    {
        public List<string> Bones;

        /// <summary>Name of each bone's parent, null for a root.</summary>
        public List<string> Parents;

        /// <summary>Bone by role, named as Unity's enum HumanBodyBones; empty where it is no humanoid.</summary>
        public SortedDictionary<string, string> Humanoid;
    }

    /// <summary>A named mesh in a file.</summary>
    public sealed class MeshNode
    {
        public string File;
        public string Node;
    }

    public sealed class TextureFile
    {
        public string File;
        public string Slot;
        public bool IsSrgb;
        public SortedDictionary<string, string> Channels;

        /// <summary>opengl or directx for a normal map, else null.</summary>
        public string NormalConvention;

        /// <summary>The longer side in pixels; 0 where the manifest does not say.</summary>
        public int Side;
    }

    public sealed class MaterialSlot
    {
        public string Name;
        public SortedDictionary<string, string> Textures;
    }

    /// <summary>The same meshes as one FBX file.</summary>
    public sealed class FbxFile
    {
        public string File;
        public List<MeshNode> Lods;
        public List<MeshNode> Collision;
    }

    /// <summary>Everything for one engine.</summary>
    public sealed class Target
    {
        public string Folder;
        public List<MeshNode> Lods;
        public List<MeshNode> Collision;
        public FbxFile Fbx;
        public List<MaterialSlot> Materials;
        public List<TextureFile> Textures;
        public SortedDictionary<string, string> BoneNames;
        public double MetersPerUnit;
        public double[] Min;
        public double[] Max;
        public double[] Centroid;

        /// <summary>The levels as the format has them.</summary>
        public List<MeshNode> LodsIn(string format) => format == "fbx" ? Fbx.Lods : Lods;

        /// <summary>The hulls as the format has them; an FBX file without hulls leaves them to the GLB file.</summary>
        public List<MeshNode> CollisionIn(string format)
        {
            return format == "fbx" && Fbx.Collision.Count > 0 ? Fbx.Collision : Collision;
        }

        /// <summary>Every file that the target names, each once.</summary>
        public List<string> AllFiles => Fbx == null
            ? FilesIn("glb")
            : FilesIn("glb").Concat(FilesIn("fbx")).Concat(new[] { Fbx.File }).Distinct()
                .OrderBy(file => file, StringComparer.Ordinal).ToList();

        /// <summary>Every file that an import of the format needs, each once.</summary>
        public List<string> FilesIn(string format)
        {
            return LodsIn(format).Concat(CollisionIn(format)).Select(node => node.File)
                .Concat(Textures.Select(texture => texture.File))
                .Concat(Materials.SelectMany(material => material.Textures.Values))
                .Distinct().OrderBy(file => file, StringComparer.Ordinal).ToList();
        }

        /// <summary>The name that a bone of the skeleton has in this target's files.</summary>
        public string BoneName(string bone)
        {
            string found;
            return BoneNames.TryGetValue(bone, out found) ? found : bone;
        }
    }
}
