using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading.Tasks;

namespace Importer.Bridge
{
    using Settings = SortedDictionary<string, object>;

    /// <summary>
    /// The import of one asset as a row of slices, each no longer than one call of Unity's importer. It can end at any
    /// slice: the state says "importing" until the last one, and the next look begins again.
    /// </summary>
    public sealed class ImportJob
    {
        /// <summary>The step that says: a thread is at work, come again later.</summary>
        public const string Waiting = "waiting for a thread";

        public readonly Report Report = new Report();

        readonly string project;
        readonly IEngine engine;
        readonly Verdict verdict;
        readonly Manifest manifest;
        readonly Target target;
        readonly AssetState state;
        readonly AssetFolder folder;
        readonly bool replaceEdits;
        readonly bool screenshots;
        readonly Action save;
        readonly Names names;

        readonly HashSet<string> keptSettings = new HashSet<string>();

        List<string> unseen;
        PrefabRecipe made;

        /// <param name="state">Changed while the job goes on.</param>
        /// <param name="replaceEdits">Replace what artists have changed, keeping copies.</param>
        /// <param name="save">Saves the state.</param>
        public ImportJob(
            string project, IEngine engine, Verdict verdict, AssetState state, bool replaceEdits, bool screenshots,
            Action save)
        {
            this.project = project;
            this.engine = engine;
            this.verdict = verdict;
            this.state = state;
            this.replaceEdits = replaceEdits;
            this.screenshots = screenshots;
            this.save = save;
            manifest = verdict.Manifest;
            target = manifest.Targets[verdict.Target];
            folder = new AssetFolder(project, verdict.Published.Key, state, engine.PathOf);
            names = new Names(manifest, target, verdict.Format);
        }

        /// <summary>Where the asset's files are, for Session's question whether a refusal still stands.</summary>
        public Destination Destination()
        {
            return new Destination(folder, state, target.FilesIn(verdict.Format).Select(names.InFolder), names.Made);
        }

        /// <summary>Do the work; each step is one slice.</summary>
        /// <exception cref="BridgeException">HASH_MISMATCH or FILE_MISSING may pass; all others are
        /// refusals.</exception>
        public IEnumerable<string> Steps()
        {
            folder.Follow();
            var staging = new Staging(project);
            var destination = Destination();
            var files = target.FilesIn(verdict.Format).Select(path => manifest.Files[path]).ToList();
            var work = Task.Run(() =>
            {
                staging.Copy(verdict.Published, target, files);
                return destination.Compare(staging.Files);
            });
            while (!work.IsCompleted)
                yield return Waiting;
            var problems = Compared(work, staging);
            destination.KeepCopies(problems);
            Replace(staging, destination);
            yield return "files are in place";
            foreach (var step in Imported(destination).Concat(Made(destination)).Concat(Tested()))
                yield return step;
        }

        List<Problem> Compared(Task<List<Problem>> work, Staging staging)
        {
            try
            {
                var problems = work.GetAwaiter().GetResult();
                return problems.Count == 0 || replaceEdits ? problems : throw new BridgeException(problems[0]);
            }
            catch (Exception)
            {
                staging.Remove();
                throw;
            }
        }

        void Replace(Staging staging, Destination destination)
        {
            // An import that did not end may have moved files which Unity has not seen.
            unseen = state.Importing ? staging.Files.Keys.ToList() : destination.Changed.ToList();
            state.Importing = true;
            state.Attempts = state.AttemptedManifest == verdict.ManifestSha256 ? state.Attempts + 1 : 1;
            state.AttemptedManifest = verdict.ManifestSha256;
            foreach (var file in staging.Files)
                state.Pending[file.Key] = file.Value;
            save();
            engine.MakeEditable(destination.Written);
            foreach (var file in destination.Changed)
            {
                var path = destination.Paths[file];
                MakeFolder(path);
                folder.Identify(file, path);
                Disk.MoveOver(staging.OnDisk(file), folder.OnDisk(path));
            }
            foreach (var file in staging.Files.Keys)
                folder.Identify(file, destination.Paths[file]);
            LeaveOver(staging.Files);
            state.Files = new SortedDictionary<string, string>(staging.Files, StringComparer.Ordinal);
            staging.Remove();
        }

        void LeaveOver(IDictionary<string, string> files)
        {
            foreach (var old in state.Files.Concat(state.LeftOver).ToList())
            {
                var path = folder.PathOf(old.Key);
                var isOurs = !files.ContainsKey(old.Key) && File.Exists(folder.OnDisk(path))
                    && Disk.Sha256(folder.OnDisk(path)) == old.Value;
                if (!isOurs)
                {
                    state.LeftOver.Remove(old.Key);
                    continue;
                }
                state.LeftOver[old.Key] = old.Value;
                Warn("LEFT_OVER", path, "is no longer part of the asset",
                    "Choose Tools > Importer > Remove Left-over Files, if nothing uses it");
            }
        }

        IEnumerable<string> Imported(Destination destination)
        {
            // Textures first: a model that is imported after them finds them.
            foreach (var file in unseen.OrderBy(names.IsMesh))
            {
                engine.Import(destination.Paths[file]);
                yield return "imported " + file;
            }
            foreach (var texture in target.Textures)
            {
                Merge(names.InFolder(texture.File), WantedSettings.Texture(texture));
                yield return "set up " + texture.File;
            }
            if (verdict.Format == "fbx")
                Merge(names.Model, WantedSettings.Model(Humanoid.Map(manifest, target), manifest.Skeleton != null));
            var said = engine.TakeImportLog();
            if (!engine.IsModel(destination.Paths[names.Model]))
                throw new BridgeException("IMPORT_FAILED", destination.Paths[names.Model],
                    "did not become a model" + string.Concat(said.Take(1).Select(pair => ": " + pair.Value)),
                    "Look into the Console for what its importer says");
            foreach (var pair in said)
                Warn("ENGINE_WARNING", pair.Key, pair.Value, "Look at its import settings");
            yield return "set up " + names.Model;
        }

        IEnumerable<string> Made(Destination destination)
        {
            for (var i = 0; i < names.Hulls.Count; i++)
            {
                var path = Prepare(names.Hulls[i], Placeholder.Mesh);
                var hull = target.CollisionIn(verdict.Format)[i];
                var bytes = File.ReadAllBytes(folder.OnDisk(destination.Paths[names.InFolder(hull.File)]));
                engine.SaveMesh(path, new Glb(bytes, hull.File).Mesh(hull.Node));
                yield return "made " + path;
            }
            foreach (var material in target.Materials.Where(material => material.Textures.Count > 0))
            {
                Prepare(names.Material(material), Placeholder.Material);
                Merge(names.Material(material), MaterialSettings(material));
                yield return "made " + material.Name;
            }
            if (names.Avatar != null)
            {
                var path = Prepare(names.Avatar, Placeholder.Avatar);
                engine.SaveAvatar(path, folder.PathOf(names.Model), Humanoid.Map(manifest, target));
                yield return "made " + path;
            }
            var recipe = Recipe();
            Prepare(names.Prefab, Placeholder.Prefab);
            var merged = Merge(names.Prefab, new Settings
            {
                { "lod heights", LodHeights.Text(recipe.Heights) },
                { "colliders", names.Hulls.Count },
            }, write: false);
            recipe.Heights = merged.Kept.ContainsKey("lod heights") ? null : recipe.Heights;
            recipe.Hulls = merged.Kept.ContainsKey("colliders") ? null : recipe.Hulls;
            engine.SavePrefab(recipe);
            yield return "made " + recipe.Path;
            made = recipe;
        }

        IEnumerable<string> Tested()
        {
            var measured = engine.Measure(made);
            yield return "measured";
            var views = screenshots ? new[] { "front", "side", "back" } : new[] { "front" };
            var drawing = engine.Draw(made.Path, views);
            if (!screenshots)
                drawing.Pictures.Clear();
            yield return "drawn";
            var pipeline = MaterialRecipe.Settings(engine.Capabilities.Pipeline, new Dictionary<string, string>());
            Report.Drawing = drawing;
            Report.Checks = new Checks(manifest, verdict.Target, verdict.Format, made, measured)
                .All(drawing, (string)pipeline["shader"]).Select(check => KeptSettings.Excuse(check, keptSettings,
                    measured)).ToList();
            if (manifest.Minor > ManifestReader.KnownMinor)
                Warn("MANIFEST_NEWER", Path.GetFileName(verdict.Published.ManifestPath),
                     "has version 1." + manifest.Minor + ", of which this bridge knows 1." + ManifestReader.KnownMinor,
                     "Update the package com.importer.bridge");
            Finish();
        }

        void Finish()
        {
            state.ManifestSha256 = verdict.ManifestSha256;
            state.Target = verdict.Target;
            state.Format = verdict.Format;
            state.Rules = BridgeVersion.Rules;
            state.Status = Report.Status;
            state.Importing = false;
            state.Attempts = 0;
            state.AttemptedManifest = "";
            state.Pending.Clear();
            state.RefusedCode = state.RefusedManifest = "";
        }

        /// <summary>Write a file of its own kind for Unity to fill, unless it is there.</summary>
        string Prepare(string file, Func<string, string> text)
        {
            var path = folder.PathOf(file);
            var isNew = !File.Exists(folder.OnDisk(path));
            MakeFolder(path);
            folder.Identify(file, path);
            if (!isNew)
                return path;
            state.Settings.Remove(file);
            Disk.WriteWhole(folder.OnDisk(path), text(Path.GetFileNameWithoutExtension(path)));
            engine.Import(path);
            return path;
        }

        void MakeFolder(string path)
        {
            foreach (var made in folder.Make(path))
                engine.Import(made);
        }

        ThreeWay Merge(string file, Settings wanted, bool write = true)
        {
            var path = folder.PathOf(file);
            Settings last;
            state.Settings.TryGetValue(file, out last);
            var merged = new ThreeWay(wanted, engine.ReadSettings(path), last);
            state.Settings[file] = merged.Last;
            // Another shader is another material: none of the values below it is the bridge's to judge.
            var kept = merged.Kept.ContainsKey("shader") ? new[] { "shader" } : merged.Kept.Keys.ToArray();
            keptSettings.UnionWith(kept);
            foreach (var name in kept)
                Warn("SETTING_KEPT", path, name + " was changed in the project and is kept",
                     "Set it back to " + merged.Kept[name] + " for what the manifest says");
            if (write && merged.ToWrite.Count > 0 && !merged.Kept.ContainsKey("shader"))
                engine.WriteSettings(path, merged.ToWrite);
            return merged;
        }

        Settings MaterialSettings(MaterialSlot material)
        {
            var guids = new SortedDictionary<string, string>(StringComparer.Ordinal);
            foreach (var slot in material.Textures)
                guids[slot.Key] = folder.Guid(names.InFolder(slot.Value));
            return MaterialRecipe.Settings(engine.Capabilities.Pipeline, guids);
        }

        PrefabRecipe Recipe()
        {
            var levels = target.LodsIn(verdict.Format);
            var textured = target.Materials.Where(material => material.Textures.Count > 0).ToList();
            var slots = new SortedDictionary<string, string>(StringComparer.Ordinal);
            foreach (var slot in target.Materials.SelectMany(material => material.Textures.Keys).Distinct())
                if (MaterialRecipe.Property(engine.Capabilities.Pipeline, slot) != null)
                    slots[slot] = MaterialRecipe.Property(engine.Capabilities.Pipeline, slot);
            return new PrefabRecipe
            {
                Path = folder.PathOf(names.Prefab),
                Model = folder.PathOf(names.Model),
                Lods = levels.Select(level => level.Node).ToList(),
                Heights = LodHeights.Wanted(manifest, levels.Count),
                Materials = textured.Select(material => folder.PathOf(names.Material(material))).ToList(),
                MaterialNames = textured.Select(material => material.Name).ToList(),
                Slots = slots,
                ColliderName = manifest.Asset + PrefabRecipe.ColliderSuffix,
                Hulls = names.Hulls.Select(folder.PathOf).ToList(),
                Avatar = names.Avatar == null ? null : folder.PathOf(names.Avatar),
            };
        }

        void Warn(string code, string where, string what, string fix)
        {
            Report.Warnings.Add(new Problem(code, where, what, fix));
        }
    }
}
