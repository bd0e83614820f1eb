<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
 <context>
  <name>Studio</name>
  <message>
   <source>Opening {name} …</source>
   <translation>正在打开 {name} …</translation>
  </message>
  <message>
   <source>Writing {name} …</source>
   <translation>正在写入 {name} …</translation>
  </message>
  <message>
   <source>, </source>
   <translation>，</translation>
  </message>
  <message>
   <source>{what}: {why}</source>
   <translation>{what}：{why}</translation>
  </message>
  <message>
   <source>; </source>
   <translation>；</translation>
  </message>
  <message>
   <source>n/a: {reason}</source>
   <translation>n/a：{reason}</translation>
  </message>
  <message>
   <source>{s} s</source>
   <translation>{s} 秒</translation>
  </message>
  <message>
   <source>{min} min {s} s</source>
   <translation>{min} 分 {s} 秒</translation>
  </message>
  <message>
   <source>{min} min</source>
   <translation>{min} 分钟</translation>
  </message>
  <message>
   <source>{h} h {min} min</source>
   <translation>{h} 小时 {min} 分</translation>
  </message>
  <message>
   <source>{time} ({engines})</source>
   <translation>{time}（{engines}）</translation>
  </message>
  <message>
   <source>{reason} ({places})</source>
   <translation>{reason}（{places}）</translation>
  </message>
  <message>
   <source>Bits/block weight</source>
   <translation>位/块权重</translation>
  </message>
  <message>
   <source>W/multiply</source>
   <translation>W/乘法</translation>
  </message>
  <message>
   <source>A/multiply</source>
   <translation>A/乘法</translation>
  </message>
  <message>
   <source>Ops (paper)</source>
   <translation>运算量（论文）</translation>
  </message>
  <message>
   <source>Ops (honest)</source>
   <translation>运算量（实际）</translation>
  </message>
  <message>
   <source>kernel</source>
   <translation>内核</translation>
  </message>
  <message>
   <source>HF ratio</source>
   <translation>高频比</translation>
  </message>
  <message>
   <source>HF error</source>
   <translation>高频误差</translation>
  </message>
  <message>
   <source>Spectrum</source>
   <translation>频谱</translation>
  </message>
  <message>
   <source>ref.</source>
   <translation>参考</translation>
  </message>
  <message>
   <source>As soon as two results are there, the window goes where they differ most.</source>
   <translation>有两个结果后，窗口会自动转到差异最大的地方。</translation>
  </message>
  <message>
   <source>Nothing but rotation, groups of 64 for weights and activations, and error feedback.</source>
   <translation>只有旋转、权重与激活 64 个一组，以及误差反馈。</translation>
  </message>
  <message>
   <source>Data-free: asymmetric groups of 64, a low-rank branch, Hadamard blocks up to 256.</source>
   <translation>无需数据：64 个一组的非对称量化、低秩分支、至多 256 的 Hadamard 块。</translation>
  </message>
  <message>
   <source>Learned rounding of weights and one static activation range a tensor.</source>
   <translation>学习权重的舍入，每个张量一个静态激活范围。</translation>
  </message>
  <message>
   <source>Q-Diffusion, then a static range a step and the scales of sensitive layers tuned.</source>
   <translation>先用 Q-Diffusion，再微调每一步的静态范围与敏感层的缩放。</translation>
  </message>
  <message>
   <source>A low-rank adapter merged into the weights before rounding, learned scales, a range a step.</source>
   <translation>量化前并入权重的低秩适配器，学习缩放与每一步的范围。</translation>
  </message>
  <message>
   <source>Salience balancing, static per-tensor activations, roundings learned by layer.</source>
   <translation>显著性平衡、逐张量静态激活、逐层学习舍入。</translation>
  </message>
  <message>
   <source>Learned scale and offset of each input channel, learned static bounds.</source>
   <translation>学习每个输入通道的缩放与偏移，以及静态边界。</translation>
  </message>
  <message>
   <source>Learned Kronecker transforms, channel factors and clips; its transform is applied online.</source>
   <translation>学习 Kronecker 变换、通道因子与截断；变换在线执行。</translation>
  </message>
  <message>
   <source>Searched smoothing, a refined branch of Q-DiT4SR's rank, groups of 64.</source>
   <translation>搜索平滑因子，与 Q-DiT4SR 同秩的细化分支，64 个一组。</translation>
  </message>
  <message>
   <source>A branch that takes what the input's rounding error would meet; groups of 64.</source>
   <translation>用分支吸收输入舍入误差所遇到的权重；64 个一组。</translation>
  </message>
  <message>
   <source>8-bit rounding, then leading zeros suppressed in groups of 32 weights and 16 inputs; no data.</source>
   <translation>先舍入到 8 位，再按 32 个权重、16 个输入一组抑制前导零；无需数据。</translation>
  </message>
  <message>
   <source>Closed-form transforms of 32 channels from both second moments, group scales.</source>
   <translation>由两个二阶矩得到的 32 通道闭式变换，分组缩放。</translation>
  </message>
  <message>
   <source>Principal directions of the input; the leading ones in float, the rest in groups with GPTQ.</source>
   <translation>输入的主方向：前几个保持浮点，其余分组并用 GPTQ。</translation>
  </message>
  <message>
   <source>run full precision and the variants in one go</source>
   <translation>请将全精度与各变体一起运行</translation>
  </message>
  <message>
   <source>full precision has not run yet</source>
   <translation>全精度尚无结果</translation>
  </message>
  <message>
   <source>Zoom to where the variants differ most once there are results, unless the view was moved</source>
   <translation>有结果后放大到各变体差别最大处，除非视图已被移动</translation>
  </message>
  <message>
   <source>Saved {name}.</source>
   <translation>已保存 {name}。</translation>
  </message>
  <message>
   <source>Export the answer</source>
   <translation>导出答案</translation>
  </message>
  <message>
   <source>Export…</source>
   <translation>导出…</translation>
  </message>
  <message>
   <source>Picture</source>
   <translation>画面</translation>
  </message>
  <message>
   <source>Place</source>
   <translation>名次</translation>
  </message>
  <message>
   <source>Answer of the blind test</source>
   <translation>盲测答案</translation>
  </message>
  <message>
   <source>place {number}</source>
   <translation>第 {number} 名</translation>
  </message>
  <message>
   <source>Click the pictures from best to worst:</source>
   <translation>从最好到最差依次点击画面：</translation>
  </message>
  <message>
   <source>Stop the blind test</source>
   <translation>停止盲测</translation>
  </message>
  <message>
   <source>Stop</source>
   <translation>停止</translation>
  </message>
  <message>
   <source>Show the answer</source>
   <translation>显示答案</translation>
  </message>
  <message>
   <source>Your order agrees with PSNR in {right} of {pairs} pairs.</source>
   <translation>您的排序与 PSNR 在 {pairs} 对中有 {right} 对一致。</translation>
  </message>
  <message>
   <source>Picture {number}</source>
   <translation>画面 {number}</translation>
  </message>
  <message>
   <source>Hide and shuffle the names; rank the pictures, then see which is which</source>
   <translation>隐藏并打乱名称；给画面排名，再看谁是谁</translation>
  </message>
  <message>
   <source>Blind t&amp;est</source>
   <translation>盲测(&amp;E)</translation>
  </message>
  <message>
   <source>Distance as a trained network sees it, tolerant of small shifts; 0 is the same, lower is better.</source>
   <translation>训练好的网络所见的距离，容忍微小位移；0 为相同，越低越好。</translation>
  </message>
  <message>
   <source>Likeness of local structure, 1 is the same.</source>
   <translation>局部结构的相似度，1 为相同。</translation>
  </message>
  <message>
   <source>Pixel error in dB, higher is better: above 40 dB differences are hard to see, below 30 they show.</source>
   <translation>像素误差（dB），越高越好：40 dB 以上难以看出差别，30 dB 以下明显。</translation>
  </message>
  <message>
   <source>Low-bit products were computed in floating point with the same rounding. The picture is right; the time says nothing about the speed of a real low-bit kernel.</source>
   <translation>低位乘法以相同取整在浮点中计算。画面正确；时间不代表真正低位内核的速度。</translation>
  </message>
  <message>
   <source>Low-bit products were computed with integers by the program's own code for this processor; the time is real. int8 in its place means the integer products of torch.</source>
   <translation>低位乘法由本程序针对此处理器的代码以整数计算；时间是真实的。若显示 int8，则由 torch 的整数乘法完成。</translation>
  </message>
  <message>
   <source>What numbers are measured against: full precision tells the damage by quantization, the ground truth tells how good the restoration is.</source>
   <translation>数值的比较对象：与全精度比表示量化造成的损伤，与真值比表示复原的质量。</translation>
  </message>
  <message>
   <source>RTN W4A4, and its texture change over the photo: orange where grain was added.</source>
   <translation>RTN W4A4 及其叠加在照片上的纹理变化：橙色处增加了颗粒。</translation>
  </message>
  <message>
   <source>Energy of fine detail around each pixel against the reference, in dB. Lost is smoothed away, added is grain that was never there; both are damage. 6 dB is twice the amplitude, or half.</source>
   <translation>每个像素周围细节的能量与参考之比（dB）。丢失是被抹平，增加是本不存在的颗粒；两者都是损伤。6 dB 即振幅加倍或减半。</translation>
  </message>
  <message>
   <source>Keeps texture by low-rank parts of each layer, one for the whole and one for each block, and gives more bits to the layers and sampling steps that need them.</source>
   <translation>用每层的低秩部分（整体一个、每块一个）保持纹理，并把更多位分给需要的层和采样步。</translation>
  </message>
  <message>
   <source>Large values move from activations into weights, and a small branch of low rank in high precision carries what 4 bits cannot.</source>
   <translation>大值从激活移入权重，一个小的高精度低秩分支承载 4 位无法表示的部分。</translation>
  </message>
  <message>
   <source>Sixty-four channels of one token before and after rotation: the large one is spread over all.</source>
   <translation>一个词元的 64 个通道在旋转前后：大值被分摊到所有通道。</translation>
  </message>
  <message>
   <source>Before rounding, the channels of a layer are mixed by an orthogonal matrix, and the weights undo it. A few large values no longer force a coarse grid upon all others.</source>
   <translation>取整之前用正交矩阵混合一层的通道，再由权重还原。少数大值不再迫使其他数使用粗网格。</translation>
  </message>
  <message>
   <source>Round to nearest: every number goes to the nearest value that the bits leave. The simplest quantizer, and the one to beat.</source>
   <translation>就近取整：每个数取位数所允许的最近值。最简单的量化方法，也是要超越的基准。</translation>
  </message>
  <message>
   <source>The same leaves by full precision, RTN W4A4 and Q-DiT4SR W4A4: RTN adds false grain.</source>
   <translation>同一处叶片：全精度、RTN W4A4 与 Q-DiT4SR W4A4；RTN 增加了假颗粒。</translation>
  </message>
  <message>
   <source>Weights in 4 bits and activations (the numbers that flow through the model) in 4 bits: 16 values are left for each. Fewer bits make the model smaller, and damage the picture.</source>
   <translation>权重 4 位，激活（流经模型的数）4 位：各自只剩 16 个取值。位数越少模型越小，画面损伤越大。</translation>
  </message>
  <message>
   <source>The model as it was trained, with 16 or 32 bits for every number. All other variants are compared with what it makes of the photo from the same noise.</source>
   <translation>训练所得的模型，每个数用 16 或 32 位。其他变体都与它从相同噪声得到的结果比较。</translation>
  </message>
  <message>
   <source>Texture change</source>
   <translation>纹理变化</translation>
  </message>
  <message>
   <source>ST-LPIPS</source>
   <translation>ST-LPIPS</translation>
  </message>
  <message>
   <source>SSIM</source>
   <translation>SSIM</translation>
  </message>
  <message>
   <source>PSNR</source>
   <translation>PSNR</translation>
  </message>
  <message>
   <source>Simulated</source>
   <translation>模拟</translation>
  </message>
  <message>
   <source>Kernel</source>
   <translation>内核</translation>
  </message>
  <message>
   <source>&amp;About</source>
   <translation>关于(&amp;A)</translation>
  </message>
  <message>
   <source>The version, and which kernel runs quantized layers on this processor</source>
   <translation>版本，以及在此处理器上运行量化层的内核</translation>
  </message>
  <message>
   <source>Q-DiT4SR Studio {version}; native kernel: {kernel}</source>
   <translation>Q-DiT4SR Studio {version}；本机内核：{kernel}</translation>
  </message>
  <message>
   <source>Q-DiT4SR</source>
   <translation>Q-DiT4SR</translation>
  </message>
  <message>
   <source>SVDQuant</source>
   <translation>SVDQuant</translation>
  </message>
  <message>
   <source>Rotation</source>
   <translation>旋转</translation>
  </message>
  <message>
   <source>RTN</source>
   <translation>RTN</translation>
  </message>
  <message>
   <source>W4A4</source>
   <translation>W4A4</translation>
  </message>
  <message>
   <source>Every pane shows the same photo, enlarged four times from the same noise. They differ only in how many bits the model was left with, and in how it was squeezed into them. After a run the window goes to the place where they differ most: N shows the next one, Shift+N brings back the view from before the first. Hold Space to see the reference in place, press B to blink, D for the map of texture change.</source>
   <translation>每个窗格都是同一张照片，从相同的噪声放大四倍。区别只在于模型剩下多少位，以及如何压缩到这些位。运行后窗口会前往差别最大处：N 显示下一处，Shift+N 恢复第一处之前的视图。按住空格在原位查看参考，按 B 闪烁，按 D 查看纹理变化图。</translation>
  </message>
  <message>
   <source>W4A4, RTN, rotation, texture change and the other words, with pictures</source>
   <translation>W4A4、RTN、旋转、纹理变化等词语的图解</translation>
  </message>
  <message>
   <source>What am I seeing?</source>
   <translation>我看到的是什么？</translation>
  </message>
  <message>
   <source>&amp;What am I seeing?</source>
   <translation>我看到的是什么？(&amp;W)</translation>
  </message>
  <message>
   <source>% from full precision</source>
   <translation>与全精度的距离 %</translation>
  </message>
  <message>
   <source>step</source>
   <translation>步</translation>
  </message>
  <message>
   <source>Error along sampling</source>
   <translation>采样过程中的误差</translation>
  </message>
  <message>
   <source>pixels along the region's middle</source>
   <translation>区域中线上的像素</translation>
  </message>
  <message>
   <source>Profile</source>
   <translation>剖面</translation>
  </message>
  <message>
   <source>Profile along the region's middle</source>
   <translation>沿区域中线的剖面</translation>
  </message>
  <message>
   <source>Spectrum against full precision</source>
   <translation>相对全精度的频谱</translation>
  </message>
  <message>
   <source>Texture change, signed, absolute, squared, structural: one after the other</source>
   <translation>纹理变化、带符号、绝对、平方、结构：逐一切换</translation>
  </message>
  <message>
   <source>lost {number} dB</source>
   <translation>丢失 {number} dB</translation>
  </message>
  <message>
   <source>added {number} dB</source>
   <translation>增加 {number} dB</translation>
  </message>
  <message>
   <source>When all variants are done, zoom to where they differ most, unless the view was moved</source>
   <translation>所有变体完成后放大到差别最大处，除非视图已被移动</translation>
  </message>
  <message>
   <source>&amp;Go there after a run</source>
   <translation>运行后自动前往(&amp;G)</translation>
  </message>
  <message>
   <source>&amp;Back to the view before</source>
   <translation>返回之前的视图(&amp;B)</translation>
  </message>
  <message>
   <source>Go where the variants differ most; again for the next place</source>
   <translation>前往各变体差别最大处；再按前往下一处</translation>
  </message>
  <message>
   <source>&amp;Next place of damage</source>
   <translation>下一处损伤(&amp;N)</translation>
  </message>
  <message>
   <source>place {number} of {count}</source>
   <translation>第 {number} 处，共 {count} 处</translation>
  </message>
  <message>
   <source>Close this line</source>
   <translation>关闭此行</translation>
  </message>
  <message>
   <source>Leave the places: the view as it was before the first one, without their region</source>
   <translation>离开这些位置：恢复第一处之前的视图，并移除其区域</translation>
  </message>
  <message>
   <source>Leave places</source>
   <translation>离开位置</translation>
  </message>
  <message>
   <source>Your view stays as it is; Next place goes where the variants differ most.</source>
   <translation>您的视图保持不变；“下一处”会前往变体差别最大的地方。</translation>
  </message>
  <message>
   <source>The place where the variants differ most after this one</source>
   <translation>各变体差别仅次于此处的位置</translation>
  </message>
  <message>
   <source>Next place</source>
   <translation>下一处</translation>
  </message>
  <message>
   <source>{clauses}.</source>
   <translation>{clauses}。</translation>
  </message>
  <message>
   <source>The variants hardly differ here: by at most {number} dB of texture.</source>
   <translation>各变体在此处几乎没有差别：纹理至多相差 {number} dB。</translation>
  </message>
  <message>
   <source>{name} loses {number} dB</source>
   <translation>{name} 损失 {number} dB</translation>
  </message>
  <message>
   <source>{name} adds {number} dB</source>
   <translation>{name} 增加 {number} dB</translation>
  </message>
  <message>
   <source>{name} changes the structure here (SSIM {number})</source>
   <translation>{name} 在此处改变了结构（SSIM {number}）</translation>
  </message>
  <message>
   <source>{name} loses {number} dB of texture here</source>
   <translation>{name} 在此处损失 {number} dB 纹理</translation>
  </message>
  <message>
   <source>{name} adds {number} dB of false grain here</source>
   <translation>{name} 在此处增加 {number} dB 假颗粒</translation>
  </message>
  <message>
   <source>net texture energy, |10 log10 ratio|: loss and gain in one picture cancel</source>
   <translation>净纹理能量，|10 log10 比值|：同一画面中的损失与增加会相互抵消</translation>
  </message>
  <message>
   <source>mean local gain of energy above half of Nyquist: noise or false detail</source>
   <translation>奈奎斯特频率一半以上能量的局部平均增加：噪声或假细节</translation>
  </message>
  <message>
   <source>mean local loss of energy above half of Nyquist; gains elsewhere do not make up for it</source>
   <translation>奈奎斯特频率一半以上能量的局部平均损失；别处的增加不能抵消</translation>
  </message>
  <message>
   <source>Q-DiT4SR down in bits, W8A8 to W3A3</source>
   <translation>Q-DiT4SR 逐级降位，W8A8 到 W3A3</translation>
  </message>
  <message>
   <source>First look at W4A4</source>
   <translation>W4A4 初览</translation>
  </message>
  <message>
   <source>A photo is ready.</source>
   <translation>照片已就绪。</translation>
  </message>
  <message>
   <source>Drop a photo of your own any time; F1 lists all keys.</source>
   <translation>随时可拖入自己的照片；F1 列出所有按键。</translation>
  </message>
  <message>
   <source>Run upscales it with every variant that is ticked at the left.</source>
   <translation>“运行”会用左侧勾选的每个变体对其超分。</translation>
  </message>
  <message>
   <source>Run upscales it with the full-precision model and with quantized versions of it ({count}), then shows where they differ.</source>
   <translation>“运行”会用全精度模型及其 {count} 个量化版本对其超分，然后指出它们差别最大的地方。</translation>
  </message>
  <message>
   <source>Run upscales it with the full-precision model and with {bits}-bit versions of it ({count}), then shows where they differ.</source>
   <translation>“运行”会用全精度模型及其 {count} 个 {bits} 位版本对其超分，然后指出它们差别最大的地方。</translation>
  </message>
  <message>
   <source>&amp;Preferences…</source>
   <translation>首选项(&amp;P)…</translation>
  </message>
  <message>
   <source>Export &amp;figure…</source>
   <translation>导出图版(&amp;F)…</translation>
  </message>
  <message>
   <source>Side-by-side figure as PNG, PDF or SVG</source>
   <translation>并排对比图，PNG、PDF 或 SVG</translation>
  </message>
  <message>
   <source>Export &amp;table…</source>
   <translation>导出表格(&amp;T)…</translation>
  </message>
  <message>
   <source>Measurements as CSV, Markdown, LaTeX or JSON</source>
   <translation>测量值导出为 CSV、Markdown、LaTeX 或 JSON</translation>
  </message>
  <message>
   <source>Copy ta&amp;ble</source>
   <translation>复制表格(&amp;B)</translation>
  </message>
  <message>
   <source>Measurements as Markdown to the clipboard</source>
   <translation>将测量值以 Markdown 复制到剪贴板</translation>
  </message>
  <message>
   <source>Save selected &amp;result…</source>
   <translation>保存所选结果(&amp;R)…</translation>
  </message>
  <message>
   <source>Save &amp;all results…</source>
   <translation>保存全部结果(&amp;A)…</translation>
  </message>
  <message>
   <source>Save &amp;view…</source>
   <translation>保存当前视图(&amp;V)…</translation>
  </message>
  <message>
   <source>The panes as shown, as PNG</source>
   <translation>按所见保存各窗格为 PNG</translation>
  </message>
  <message>
   <source>&amp;Copy view</source>
   <translation>复制视图(&amp;C)</translation>
  </message>
  <message>
   <source>Copy the panes as shown to the clipboard</source>
   <translation>按所见复制各窗格到剪贴板</translation>
  </message>
  <message>
   <source>The view is on the clipboard.</source>
   <translation>视图已复制到剪贴板。</translation>
  </message>
  <message>
   <source>&amp;Open photos…</source>
   <translation>打开照片(&amp;O)…</translation>
  </message>
  <message>
   <source>Open low-resolution photos</source>
   <translation>打开低分辨率照片</translation>
  </message>
  <message>
   <source>Open &amp;folder…</source>
   <translation>打开文件夹(&amp;F)…</translation>
  </message>
  <message>
   <source>Open every photo of a folder</source>
   <translation>打开文件夹中的所有照片</translation>
  </message>
  <message>
   <source>&amp;Paste</source>
   <translation>粘贴(&amp;P)</translation>
  </message>
  <message>
   <source>Paste a picture or files as new photos</source>
   <translation>将图片或文件粘贴为新照片</translation>
  </message>
  <message>
   <source>Open &amp;bundled sample</source>
   <translation>打开自带样例(&amp;B)</translation>
  </message>
  <message>
   <source>Open a photo that comes with the program</source>
   <translation>打开程序自带的照片</translation>
  </message>
  <message>
   <source>Open &amp;ground truth…</source>
   <translation>打开真值图像(&amp;G)…</translation>
  </message>
  <message>
   <source>Give the photo shown its ground truth: an image four times as large</source>
   <translation>为当前照片指定真值：边长为其四倍的图像</translation>
  </message>
  <message>
   <source>Pair ground truth by name…</source>
   <translation>按文件名配对真值…</translation>
  </message>
  <message>
   <source>Remove pho&amp;to</source>
   <translation>移除照片(&amp;T)</translation>
  </message>
  <message>
   <source>Open &amp;session…</source>
   <translation>打开会话(&amp;S)…</translation>
  </message>
  <message>
   <source>Sa&amp;ve session</source>
   <translation>保存会话(&amp;V)</translation>
  </message>
  <message>
   <source>Save session &amp;as…</source>
   <translation>会话另存为(&amp;A)…</translation>
  </message>
  <message>
   <source>Everything as another file, which is the one that is open from then on</source>
   <translation>将全部内容存为另一个文件，此后打开的即为该文件</translation>
  </message>
  <message>
   <source>Photos, results, regions and view as one file: the one that is open, else a new one</source>
   <translation>将照片、结果、区域和视图存为一个文件：已打开的文件，否则为新文件</translation>
  </message>
  <message>
   <source>&amp;Quit</source>
   <translation>退出(&amp;Q)</translation>
  </message>
  <message>
   <source>Open photos</source>
   <translation>打开照片</translation>
  </message>
  <message>
   <source>Open folder</source>
   <translation>打开文件夹</translation>
  </message>
  <message>
   <source>Open ground truth</source>
   <translation>打开真值图像</translation>
  </message>
  <message>
   <source>Folder of ground truth images</source>
   <translation>真值图像所在文件夹</translation>
  </message>
  <message>
   <source>All files</source>
   <translation>所有文件</translation>
  </message>
  <message>
   <source>Images</source>
   <translation>图像</translation>
  </message>
  <message>
   <source>&amp;Search commands…</source>
   <translation>搜索命令(&amp;S)…</translation>
  </message>
  <message>
   <source>Find and do any command by name</source>
   <translation>按名称查找并执行任意命令</translation>
  </message>
  <message>
   <source>&amp;Keyboard shortcuts</source>
   <translation>键盘快捷键(&amp;K)</translation>
  </message>
  <message>
   <source>All keys on one sheet</source>
   <translation>所有按键一览</translation>
  </message>
  <message>
   <source>&amp;Draw regions</source>
   <translation>绘制区域(&amp;D)</translation>
  </message>
  <message>
   <source>Draw, move and resize regions with the mouse</source>
   <translation>用鼠标绘制、移动和缩放区域</translation>
  </message>
  <message>
   <source>Give up, leave the tool</source>
   <translation>放弃操作，退出工具</translation>
  </message>
  <message>
   <source>&amp;Zoom to region</source>
   <translation>缩放到区域(&amp;Z)</translation>
  </message>
  <message>
   <source>S&amp;witch reference</source>
   <translation>切换参考(&amp;W)</translation>
  </message>
  <message>
   <source>Measure against the ground truth instead of full precision, and back</source>
   <translation>在以真值和以全精度为参考之间切换</translation>
  </message>
  <message>
   <source>De&amp;lete region</source>
   <translation>删除区域(&amp;L)</translation>
  </message>
  <message>
   <source>&amp;Clear regions</source>
   <translation>清除所有区域(&amp;C)</translation>
  </message>
  <message>
   <source>&amp;Run</source>
   <translation>运行(&amp;R)</translation>
  </message>
  <message>
   <source>Run the ticked variants that are missing</source>
   <translation>运行已勾选但尚无结果的变体</translation>
  </message>
  <message>
   <source>There is no photo yet.</source>
   <translation>还没有照片。</translation>
  </message>
  <message>
   <source>This photo is being run.</source>
   <translation>正在运行此照片。</translation>
  </message>
  <message>
   <source>This photo waits for its turn.</source>
   <translation>此照片正在排队等待。</translation>
  </message>
  <message>
   <source>No variant is ticked.</source>
   <translation>没有勾选任何变体。</translation>
  </message>
  <message>
   <source>All ticked variants of this photo are done; the arrow has what else can be run.</source>
   <translation>此照片已勾选的变体均已完成；点击箭头可选择其他运行方式。</translation>
  </message>
  <message>
   <source>Run &amp;all photos</source>
   <translation>运行所有照片(&amp;A)</translation>
  </message>
  <message>
   <source>Run what is missing of every photo</source>
   <translation>补全每张照片缺少的结果</translation>
  </message>
  <message>
   <source>Run aga&amp;in</source>
   <translation>重新运行(&amp;I)</translation>
  </message>
  <message>
   <source>Forget this photo's results and run everything again</source>
   <translation>丢弃本照片的结果并全部重新运行</translation>
  </message>
  <message>
   <source>&amp;Cancel</source>
   <translation>取消(&amp;C)</translation>
  </message>
  <message>
   <source>Stop within one step; finished variants stay</source>
   <translation>在一步之内停止；已完成的变体保留</translation>
  </message>
  <message>
   <source>&amp;Pause queue</source>
   <translation>暂停队列(&amp;P)</translation>
  </message>
  <message>
   <source>Hold the queue after the running photo</source>
   <translation>当前照片完成后暂停队列</translation>
  </message>
  <message>
   <source>&amp;Grid</source>
   <translation>网格(&amp;G)</translation>
  </message>
  <message>
   <source>All results side by side</source>
   <translation>所有结果并排显示</translation>
  </message>
  <message>
   <source>&amp;Wipe</source>
   <translation>滑动对比(&amp;W)</translation>
  </message>
  <message>
   <source>Two results with a movable edge</source>
   <translation>两个结果，分界线可移动</translation>
  </message>
  <message>
   <source>&amp;Blink</source>
   <translation>闪烁(&amp;B)</translation>
  </message>
  <message>
   <source>One result at a time, in place</source>
   <translation>原位逐个显示结果</translation>
  </message>
  <message>
   <source>&amp;Difference</source>
   <translation>差异(&amp;D)</translation>
  </message>
  <message>
   <source>Where and how the results differ from the reference</source>
   <translation>结果与参考的差异位置与大小</translation>
  </message>
  <message>
   <source>&amp;Fit</source>
   <translation>适合窗口(&amp;F)</translation>
  </message>
  <message>
   <source>Show the whole image</source>
   <translation>显示整幅图像</translation>
  </message>
  <message>
   <source>&amp;100 %</source>
   <translation>&amp;100 %</translation>
  </message>
  <message>
   <source>One image pixel on one screen pixel</source>
   <translation>一个图像像素对应一个屏幕像素</translation>
  </message>
  <message>
   <source>&amp;200 %</source>
   <translation>&amp;200 %</translation>
  </message>
  <message>
   <source>One image pixel on two by two screen pixels</source>
   <translation>一个图像像素对应 2×2 个屏幕像素</translation>
  </message>
  <message>
   <source>Zoom &amp;in</source>
   <translation>放大(&amp;I)</translation>
  </message>
  <message>
   <source>Zoo&amp;m out</source>
   <translation>缩小(&amp;M)</translation>
  </message>
  <message>
   <source>Next result</source>
   <translation>下一个结果</translation>
  </message>
  <message>
   <source>Previous result</source>
   <translation>上一个结果</translation>
  </message>
  <message>
   <source>Blink &amp;automatically</source>
   <translation>自动闪烁(&amp;A)</translation>
  </message>
  <message>
   <source>Alternate between the selected result and the reference twice a second</source>
   <translation>所选结果与参考每秒交替两次</translation>
  </message>
  <message>
   <source>L&amp;oupe</source>
   <translation>放大镜(&amp;O)</translation>
  </message>
  <message>
   <source>Enlarge the pixels under the mouse in every pane, with their values</source>
   <translation>在每个窗格中放大鼠标处的像素并显示数值</translation>
  </message>
  <message>
   <source>&amp;Labels</source>
   <translation>标签(&amp;L)</translation>
  </message>
  <message>
   <source>Show inp&amp;ut</source>
   <translation>显示输入(&amp;U)</translation>
  </message>
  <message>
   <source>Show ground trut&amp;h</source>
   <translation>显示真值(&amp;H)</translation>
  </message>
  <message>
   <source>&amp;Next photo</source>
   <translation>下一张照片(&amp;N)</translation>
  </message>
  <message>
   <source>Previous photo</source>
   <translation>上一张照片</translation>
  </message>
  <message>
   <source>Full s&amp;creen</source>
   <translation>全屏(&amp;C)</translation>
  </message>
  <message>
   <source>&amp;Restore panels</source>
   <translation>恢复面板(&amp;R)</translation>
  </message>
  <message>
   <source>Put all panels back where they were at first</source>
   <translation>将所有面板恢复到初始位置</translation>
  </message>
  <message>
   <source>The table is on the clipboard.</source>
   <translation>表格已复制到剪贴板。</translation>
  </message>
  <message>
   <source>The figure is in {path}.</source>
   <translation>图版已保存到 {path}。</translation>
  </message>
  <message>
   <source>Export table</source>
   <translation>导出表格</translation>
  </message>
  <message>
   <source>Tables cannot be written as {ending}; choose one of {known}.</source>
   <translation>表格不能写成 {ending}；请选择 {known} 之一。</translation>
  </message>
  <message>
   <source>The table is in {path}.</source>
   <translation>表格已保存到 {path}。</translation>
  </message>
  <message>
   <source>Save result</source>
   <translation>保存结果</translation>
  </message>
  <message>
   <source>Folder for the results</source>
   <translation>结果文件夹</translation>
  </message>
  <message>
   <source>The results are in {path}.</source>
   <translation>结果已保存到 {path}。</translation>
  </message>
  <message>
   <source>Save view</source>
   <translation>保存视图</translation>
  </message>
  <message>
   <source>The view is in {path}.</source>
   <translation>视图已保存到 {path}。</translation>
  </message>
  <message>
   <source>Save session</source>
   <translation>保存会话</translation>
  </message>
  <message>
   <source>The session is in {path}.</source>
   <translation>会话已保存到 {path}。</translation>
  </message>
  <message>
   <source>Open session</source>
   <translation>打开会话</translation>
  </message>
  <message>
   <source>The result is in {path}.</source>
   <translation>结果已保存到 {path}。</translation>
  </message>
  <message>
   <source>{done} of {count} done</source>
   <translation>已完成 {done}/{count}</translation>
  </message>
  <message>
   <source>Stopping after this step …</source>
   <translation>将在本步之后停止…</translation>
  </message>
  <message>
   <source>running: {done} of {count}</source>
   <translation>运行中：{done}/{count}</translation>
  </message>
  <message>
   <source>waiting: {done} of {count}</source>
   <translation>等待中：{done}/{count}</translation>
  </message>
  <message>
   <source>{device}, {count} threads</source>
   <translation>{device}，{count} 个线程</translation>
  </message>
  <message>
   <source>Ready</source>
   <translation>就绪</translation>
  </message>
  <message>
   <source>Ground truth</source>
   <translation>真值</translation>
  </message>
  <message>
   <source>Loading the model …</source>
   <translation>正在加载模型…</translation>
  </message>
  <message>
   <source>Whole image</source>
   <translation>整幅图像</translation>
  </message>
  <message>
   <source>Bit grid</source>
   <translation>位宽网格</translation>
  </message>
  <message>
   <source>Click a layer for its spectrum.</source>
   <translation>点击某层查看其谱。</translation>
  </message>
  <message>
   <source>layer</source>
   <translation>层</translation>
  </message>
  <message>
   <source>A at step 1 … {n}</source>
   <translation>第 1…{n} 步的激活位宽</translation>
  </message>
  <message>
   <source>There is no room for the overview: beside it the crops would be under an inch wide. Choose fewer panels, one region or a wider page.</source>
   <translation>放不下概览图：概览旁的局部图会窄于一英寸。请减少图块、只留一个区域，或加宽页面。</translation>
  </message>
  <message>
   <source>What is drawn otherwise, and why</source>
   <translation>与所选不同之处及原因</translation>
  </message>
  <message>
   <source>Export figure</source>
   <translation>导出图版</translation>
  </message>
  <message>
   <source>Layout</source>
   <translation>版式</translation>
  </message>
  <message>
   <source>Width</source>
   <translation>宽度</translation>
  </message>
  <message>
   <source>Theme</source>
   <translation>主题</translation>
  </message>
  <message>
   <source>Enlargement of crops</source>
   <translation>局部放大方式</translation>
  </message>
  <message>
   <source>Resolution of the PNG</source>
   <translation>PNG 分辨率</translation>
  </message>
  <message>
   <source>Input photo</source>
   <translation>输入照片</translation>
  </message>
  <message>
   <source>Reference</source>
   <translation>参考</translation>
  </message>
  <message>
   <source>Mark best and second best</source>
   <translation>标出最佳与次佳</translation>
  </message>
  <message>
   <source>Drawing …</source>
   <translation>绘制中…</translation>
  </message>
  <message>
   <source>Preview of the figure</source>
   <translation>图版预览</translation>
  </message>
  <message>
   <source>Resolution</source>
   <translation>分辨率</translation>
  </message>
  <message>
   <source>Enlargement</source>
   <translation>放大方式</translation>
  </message>
  <message>
   <source>Run</source>
   <translation>运行</translation>
  </message>
  <message>
   <source>Run the photo shown</source>
   <translation>运行显示的照片</translation>
  </message>
  <message>
   <source>Got it</source>
   <translation>知道了</translation>
  </message>
  <message>
   <source>Close this hint</source>
   <translation>关闭此提示</translation>
  </message>
  <message>
   <source>Variant to inspect</source>
   <translation>要检查的变体</translation>
  </message>
  <message>
   <source>Measure layers</source>
   <translation>测量各层</translation>
  </message>
  <message>
   <source>Run the middle of the photo and compare every layer's output</source>
   <translation>运行照片中央部分并比较每层输出</translation>
  </message>
  <message>
   <source>{rows}×{columns} local blocks hold {share:.1f} % of the energy</source>
   <translation>{rows}×{columns} 个局部块占能量的 {share:.1f} %</translation>
  </message>
  <message>
   <source>index</source>
   <translation>序号</translation>
  </message>
  <message>
   <source>Tick a quantized variant at the left to look inside its model.</source>
   <translation>请在左侧勾选一个量化变体，以查看其模型内部。</translation>
  </message>
  <message>
   <source>See the bits of every layer, the error each one adds, and what the file holds.</source>
   <translation>查看每一层的位数、各层带来的误差以及文件的组成。</translation>
  </message>
  <message>
   <source>{count} layers, W{low}–{high}, {macs:.1f} M MAC per token</source>
   <translation>{count} 层，W{low}–{high}，每个 token {macs:.1f} M MAC</translation>
  </message>
  <message>
   <source>{total:.2f} MB: {parts}</source>
   <translation>{total:.2f} MB：{parts}</translation>
  </message>
  <message>
   <source>Choose a layer in “Bits and errors” for its singular values</source>
   <translation>在“位宽与误差”中选择一层，查看其奇异值</translation>
  </message>
  <message>
   <source>Full precision (damage by quantization)</source>
   <translation>全精度（量化造成的损失）</translation>
  </message>
  <message>
   <source>Ground truth (quality of restoration)</source>
   <translation>真值（复原质量）</translation>
  </message>
  <message>
   <source>Measured against</source>
   <translation>参考对象</translation>
  </message>
  <message>
   <source>Measurements</source>
   <translation>测量</translation>
  </message>
  <message>
   <source>Bold green: best. Underlined: second best.</source>
   <translation>绿色粗体：最佳。下划线：次佳。</translation>
  </message>
  <message>
   <source>Press R and draw a region over a texture to measure it.</source>
   <translation>按 R 并在纹理上画一个区域进行测量。</translation>
  </message>
  <message>
   <source>Measured against {reference}.</source>
   <translation>以{reference}为参考。</translation>
  </message>
  <message>
   <source>Name of the region</source>
   <translation>区域名称</translation>
  </message>
  <message>
   <source>Against</source>
   <translation>参考</translation>
  </message>
  <message>
   <source>Variant</source>
   <translation>变体</translation>
  </message>
  <message>
   <source>Left edge</source>
   <translation>左边</translation>
  </message>
  <message>
   <source>Upper edge</source>
   <translation>上边</translation>
  </message>
  <message>
   <source>Height</source>
   <translation>高度</translation>
  </message>
  <message>
   <source>Metrics</source>
   <translation>指标</translation>
  </message>
  <message>
   <source>Download weights</source>
   <translation>下载权重</translation>
  </message>
  <message>
   <source>Download the weights of the selected metric</source>
   <translation>下载所选指标的权重</translation>
  </message>
  <message>
   <source>Downloading …</source>
   <translation>下载中…</translation>
  </message>
  <message>
   <source>Ready. Nothing needs to be downloaded.</source>
   <translation>就绪，无需下载。</translation>
  </message>
  <message>
   <source>{file} is missing from {folder}. It would be fetched from {host}; until then the table says n/a.</source>
   <translation>{folder} 中缺少 {file}。将从 {host} 获取；在此之前表格显示 n/a。</translation>
  </message>
  <message>
   <source>Type a command</source>
   <translation>输入命令</translation>
  </message>
  <message>
   <source>Search commands</source>
   <translation>搜索命令</translation>
  </message>
  <message>
   <source>Commands found</source>
   <translation>找到的命令</translation>
  </message>
  <message>
   <source>Plot</source>
   <translation>图表</translation>
  </message>
  <message>
   <source>Power spectrum</source>
   <translation>功率谱</translation>
  </message>
  <message>
   <source>Histogram</source>
   <translation>直方图</translation>
  </message>
  <message>
   <source>Kind of plot</source>
   <translation>图表类型</translation>
  </message>
  <message>
   <source>Nothing to plot yet</source>
   <translation>暂无可绘制内容</translation>
  </message>
  <message>
   <source>Preferences</source>
   <translation>首选项</translation>
  </message>
  <message>
   <source>bundled model</source>
   <translation>自带模型</translation>
  </message>
  <message>
   <source>Model folder</source>
   <translation>模型文件夹</translation>
  </message>
  <message>
   <source>Empty for the model that comes with the program</source>
   <translation>留空则使用程序自带模型</translation>
  </message>
  <message>
   <source>Choose…</source>
   <translation>选择…</translation>
  </message>
  <message>
   <source>Choose a model folder</source>
   <translation>选择模型文件夹</translation>
  </message>
  <message>
   <source>Device</source>
   <translation>设备</translation>
  </message>
  <message>
   <source>Threads</source>
   <translation>线程</translation>
  </message>
  <message>
   <source>Automatic</source>
   <translation>自动</translation>
  </message>
  <message>
   <source>Denoising steps</source>
   <translation>去噪步数</translation>
  </message>
  <message>
   <source>The model's own</source>
   <translation>模型默认</translation>
  </message>
  <message>
   <source>Seed of the noise</source>
   <translation>噪声种子</translation>
  </message>
  <message>
   <source>Preview</source>
   <translation>预览</translation>
  </message>
  <message>
   <source>Show the estimate while a variant runs</source>
   <translation>变体运行时显示估计图像</translation>
  </message>
  <message>
   <source>Memory for results</source>
   <translation>结果内存</translation>
  </message>
  <message>
   <source>Language</source>
   <translation>语言</translation>
  </message>
  <message>
   <source>Model</source>
   <translation>模型</translation>
  </message>
  <message>
   <source>Appearance</source>
   <translation>外观</translation>
  </message>
  <message>
   <source>System</source>
   <translation>跟随系统</translation>
  </message>
  <message>
   <source>A new language is used from the next start on.</source>
   <translation>新语言将在下次启动后生效。</translation>
  </message>
  <message>
   <source>Photos</source>
   <translation>照片</translation>
  </message>
  <message>
   <source>ground truth</source>
   <translation>真值</translation>
  </message>
  <message>
   <source>Keyboard shortcuts</source>
   <translation>键盘快捷键</translation>
  </message>
  <message>
   <source>Mouse and panes</source>
   <translation>鼠标与窗格</translation>
  </message>
  <message>
   <source>quantizing layer {number} of {count}</source>
   <translation>量化第 {number} 层，共 {count} 层</translation>
  </message>
  <message>
   <source>calibrating, photo {number} of {count}</source>
   <translation>校准，第 {number} 张照片，共 {count} 张</translation>
  </message>
  <message>
   <source>{time} left</source>
   <translation>剩余 {time}</translation>
  </message>
  <message>
   <source>Job</source>
   <translation>任务</translation>
  </message>
  <message>
   <source>Progress of the whole run</source>
   <translation>整个运行的进度</translation>
  </message>
  <message>
   <source>The whole run</source>
   <translation>整个运行</translation>
  </message>
  <message>
   <source>Several frames or pages: the first one is used.</source>
   <translation>有多帧或多页：使用第一帧。</translation>
  </message>
  <message>
   <source>White is zero: inverted.</source>
   <translation>零表示白色：已反相。</translation>
  </message>
  <message>
   <source>More than 8 bits a channel: scaled to 8 bits.</source>
   <translation>每通道超过 8 位：已缩放为 8 位。</translation>
  </message>
  <message>
   <source>Palette colours: converted to RGB.</source>
   <translation>调色板颜色：已转换为 RGB。</translation>
  </message>
  <message>
   <source>Greyscale: the three channels are equal.</source>
   <translation>灰度图：三个通道相同。</translation>
  </message>
  <message>
   <source>Transparency: laid over white.</source>
   <translation>含透明度：已叠加在白色上。</translation>
  </message>
  <message>
   <source>Its EXIF data is damaged: the stored orientation is used.</source>
   <translation>EXIF 数据已损坏：使用存储的方向。</translation>
  </message>
  <message>
   <source>EXIF orientation: turned upright.</source>
   <translation>EXIF 方向：已转正。</translation>
  </message>
  <message>
   <source>Floating-point values: scaled to 8 bits.</source>
   <translation>浮点数值：已缩放为 8 位。</translation>
  </message>
  <message>
   <source>CMYK without a usable colour profile: converted plainly to RGB.</source>
   <translation>CMYK 没有可用的颜色配置：已直接转换为 RGB。</translation>
  </message>
  <message>
   <source>L*a*b* colours: converted to sRGB.</source>
   <translation>L*a*b* 颜色：已转换为 sRGB。</translation>
  </message>
  <message>
   <source>Its colour profile is unusable: taken as sRGB.</source>
   <translation>颜色配置无法使用：视为 sRGB。</translation>
  </message>
  <message>
   <source>Several resolutions: the full one is used.</source>
   <translation>有多种分辨率：使用最大的一种。</translation>
  </message>
  <message>
   <source>variant {number} of {count}</source>
   <translation>第 {number} 个变体，共 {count} 个</translation>
  </message>
  <message>
   <source>Pixel under the mouse</source>
   <translation>鼠标处像素</translation>
  </message>
  <message>
   <source>Memory in use</source>
   <translation>已用内存</translation>
  </message>
  <message>
   <source>Preset</source>
   <translation>预设</translation>
  </message>
  <message>
   <source>A ready-made set of variants</source>
   <translation>现成的变体组合</translation>
  </message>
  <message>
   <source>Variants</source>
   <translation>变体</translation>
  </message>
  <message>
   <source>Ticked variants are run. Drag to reorder; Delete removes.</source>
   <translation>勾选的变体会运行。拖动可排序；“移除”可删除。</translation>
  </message>
  <message>
   <source>Ticked variants are run. Drag to reorder.</source>
   <translation>勾选的变体会运行。拖动可排序。</translation>
  </message>
  <message>
   <source>Method</source>
   <translation>方法</translation>
  </message>
  <message>
   <source>Weight bits</source>
   <translation>权重位宽</translation>
  </message>
  <message>
   <source>Activation bits</source>
   <translation>激活位宽</translation>
  </message>
  <message>
   <source>Options</source>
   <translation>选项</translation>
  </message>
  <message>
   <source>name=value, separated by commas</source>
   <translation>名称=值，用逗号分隔</translation>
  </message>
  <message>
   <source>Add</source>
   <translation>添加</translation>
  </message>
  <message>
   <source>Add this variant</source>
   <translation>添加此变体</translation>
  </message>
  <message>
   <source>Remove</source>
   <translation>移除</translation>
  </message>
  <message>
   <source>Remove the selected variant</source>
   <translation>移除所选变体</translation>
  </message>
  <message>
   <source>Bits</source>
   <translation>位宽</translation>
  </message>
  <message>
   <source>Own choice</source>
   <translation>自定义</translation>
  </message>
  <message>
   <source>No program here opens folders; this one is {path}.</source>
   <translation>这里没有可以打开文件夹的程序；文件夹是 {path}。</translation>
  </message>
  <message>
   <source>No file in this folder has the name of a photo here.</source>
   <translation>该文件夹中没有与这里的照片同名的文件。</translation>
  </message>
  <message>
   <source>There are no images in {folder}.</source>
   <translation>{folder} 中没有图像。</translation>
  </message>
  <message>
   <source>Pasted picture</source>
   <translation>粘贴的图片</translation>
  </message>
  <message>
   <source>The clipboard holds no picture and no image file.</source>
   <translation>剪贴板中没有图片或图像文件。</translation>
  </message>
  <message>
   <source>The session is open.</source>
   <translation>会话已打开。</translation>
  </message>
  <message>
   <source>Not run yet: press F5</source>
   <translation>尚未运行：按 F5</translation>
  </message>
  <message>
   <source>Input (LR)</source>
   <translation>输入（LR）</translation>
  </message>
  <message>
   <source>Running …</source>
   <translation>运行中…</translation>
  </message>
  <message>
   <source>Waiting for its turn</source>
   <translation>等待中</translation>
  </message>
  <message>
   <source>Use as reference of the panes</source>
   <translation>设为窗格参考</translation>
  </message>
  <message>
   <source>… and {count} more.</source>
   <translation>……另有 {count} 项。</translation>
  </message>
  <message>
   <source>Copy details</source>
   <translation>复制详情</translation>
  </message>
  <message>
   <source>&amp;Panels</source>
   <translation>面板(&amp;P)</translation>
  </message>
  <message>
   <source>&amp;Recent photos</source>
   <translation>最近的照片(&amp;R)</translation>
  </message>
  <message>
   <source>None yet</source>
   <translation>暂无</translation>
  </message>
  <message>
   <source>Toolbar</source>
   <translation>工具栏</translation>
  </message>
  <message>
   <source>Export</source>
   <translation>导出</translation>
  </message>
  <message>
   <source>Figures, tables, results and sessions</source>
   <translation>图版、表格、结果与会话</translation>
  </message>
  <message>
   <source>Plots</source>
   <translation>图表</translation>
  </message>
  <message>
   <source>Inspector</source>
   <translation>检查器</translation>
  </message>
  <message>
   <source>File</source>
   <translation>文件</translation>
  </message>
  <message>
   <source>Edit</source>
   <translation>编辑</translation>
  </message>
  <message>
   <source>View</source>
   <translation>视图</translation>
  </message>
  <message>
   <source>Measure</source>
   <translation>测量</translation>
  </message>
  <message>
   <source>Help</source>
   <translation>帮助</translation>
  </message>
  <message>
   <source>Open</source>
   <translation>打开</translation>
  </message>
  <message>
   <source>Regions</source>
   <translation>区域</translation>
  </message>
  <message>
   <source>Search</source>
   <translation>搜索</translation>
  </message>
  <message>
   <source>Load ar&amp;tifact…</source>
   <translation>加载量化文件(&amp;T)…</translation>
  </message>
  <message>
   <source>Add a quantized model file as a variant</source>
   <translation>将量化模型文件添加为变体</translation>
  </message>
  <message>
   <source>Open quantized file</source>
   <translation>打开量化文件</translation>
  </message>
  <message>
   <source>Full precision, RTN and Q-DiT4SR at W4A4</source>
   <translation>全精度、RTN 与 Q-DiT4SR（W4A4）</translation>
  </message>
  <message>
   <source>Ablation of Q-DiT4SR at W4A4</source>
   <translation>Q-DiT4SR 消融（W4A4）</translation>
  </message>
  <message>
   <source>Q-DiT4SR at falling widths</source>
   <translation>Q-DiT4SR 位宽递减</translation>
  </message>
  <message>
   <source>All methods at W4A4</source>
   <translation>所有方法（W4A4）</translation>
  </message>
  <message>
   <source>Full precision</source>
   <translation>全精度</translation>
  </message>
  <message>
   <source>{time} (simulated)</source>
   <translation>{time}（模拟）</translation>
  </message>
  <message>
   <source>Bicubic</source>
   <translation>双三次</translation>
  </message>
  <message>
   <source>Alt+1 … 9</source>
   <translation>Alt+1 … 9</translation>
  </message>
  <message>
   <source>Use this result as the reference of the panes</source>
   <translation>将该结果设为窗格参考</translation>
  </message>
  <message>
   <source>reference</source>
   <translation>参考</translation>
  </message>
  <message>
   <source>full precision</source>
   <translation>全精度</translation>
  </message>
  <message>
   <source>weight</source>
   <translation>权重</translation>
  </message>
  <message>
   <source>after branch</source>
   <translation>去除低秩分支后</translation>
  </message>
  <message>
   <source>error</source>
   <translation>误差</translation>
  </message>
  <message>
   <source>codes</source>
   <translation>编码</translation>
  </message>
  <message>
   <source>scales</source>
   <translation>缩放</translation>
  </message>
  <message>
   <source>branch</source>
   <translation>低秩分支</translation>
  </message>
  <message>
   <source>biases</source>
   <translation>偏置</translation>
  </message>
  <message>
   <source>float layers</source>
   <translation>浮点层</translation>
  </message>
  <message>
   <source>cycles per pixel</source>
   <translation>周期/像素</translation>
  </message>
  <message>
   <source>luma</source>
   <translation>亮度</translation>
  </message>
  <message>
   <source>% of pixels</source>
   <translation>像素占比 %</translation>
  </message>
  <message>
   <source>dB</source>
   <translation>dB</translation>
  </message>
  <message>
   <source>system</source>
   <translation>跟随系统</translation>
  </message>
  <message>
   <source>dark</source>
   <translation>深色</translation>
  </message>
  <message>
   <source>light</source>
   <translation>浅色</translation>
  </message>
  <message>
   <source>overview-left</source>
   <translation>左侧总览</translation>
  </message>
  <message>
   <source>grid</source>
   <translation>网格</translation>
  </message>
  <message>
   <source>strip</source>
   <translation>横排</translation>
  </message>
  <message>
   <source>single</source>
   <translation>单栏</translation>
  </message>
  <message>
   <source>text</source>
   <translation>正文宽</translation>
  </message>
  <message>
   <source>double</source>
   <translation>双栏</translation>
  </message>
  <message>
   <source>nearest</source>
   <translation>最近邻</translation>
  </message>
  <message>
   <source>bicubic</source>
   <translation>双三次</translation>
  </message>
  <message>
   <source>encoding the photo</source>
   <translation>编码照片</translation>
  </message>
  <message>
   <source>preparing</source>
   <translation>准备中</translation>
  </message>
  <message>
   <source>reading tensor {number} of {count}</source>
   <translation>读取第 {number} 个张量，共 {count} 个</translation>
  </message>
  <message>
   <source>measuring sensitivities, photo {number} of {count}</source>
   <translation>测量敏感度，第 {number} 张照片，共 {count} 张</translation>
  </message>
  <message>
   <source>planning the layers</source>
   <translation>规划各层</translation>
  </message>
  <message>
   <source>measuring {name}</source>
   <translation>测量 {name}</translation>
  </message>
  <message>
   <source>saving</source>
   <translation>保存中</translation>
  </message>
  <message>
   <source>exporting layer {number} of {count}</source>
   <translation>导出第 {number} 层，共 {count} 层</translation>
  </message>
  <message>
   <source>downloading {name}</source>
   <translation>下载 {name}</translation>
  </message>
  <message>
   <source>{name}: a complete nano model, nothing else is needed</source>
   <translation>{name}：完整的 nano 模型，无需其他文件</translation>
  </message>
  <message>
   <source>{count} tensors ({types}), {size}, {layout}</source>
   <translation>{count} 个张量（{types}），{size}，{layout}</translation>
  </message>
  <message>
   <source>{blocks} blocks ({dual} with a second attention), width {width}, {heads} heads, latents of {channels} channels</source>
   <translation>{blocks} 个模块（其中 {dual} 个有第二注意力），宽度 {width}，{heads} 个头，潜变量 {channels} 通道</translation>
  </message>
  <message>
   <source>legacy: LR keys are the noise keys normalised twice (dit4sr_q, dit4sr_f)</source>
   <translation>legacy：LR 键由噪声键再次归一化得到（dit4sr_q、dit4sr_f）</translation>
  </message>
  <message>
   <source>fixed: LR keys are made by to_k_control (dit4sr_r1)</source>
   <translation>fixed：LR 键由 to_k_control 生成（dit4sr_r1）</translation>
  </message>
  <message>
   <source>key mode 'legacy' was asked for, but the weights look like 'fixed' (to_k_control is trained); results may be wrong</source>
   <translation>要求的键模式是 'legacy'，但权重看起来是 'fixed'（to_k_control 已训练）；结果可能有误</translation>
  </message>
  <message>
   <source>key mode 'fixed' was asked for, but the weights look like 'legacy' (to_k_control is all zero); results may be wrong</source>
   <translation>要求的键模式是 'fixed'，但权重看起来是 'legacy'（to_k_control 全为零）；结果可能有误</translation>
  </message>
  <message>
   <source>every tensor was read and is finite</source>
   <translation>所有张量均已读取且为有限值</translation>
  </message>
  <message>
   <source>no Stable Diffusion 3.5 folder was found beside the model</source>
   <translation>在模型旁边没有找到 Stable Diffusion 3.5 文件夹</translation>
  </message>
  <message>
   <source>{folder}: {count} tensors, {size}, {layout}; scale {scale}, shift {shift}</source>
   <translation>{folder}：{count} 个张量，{size}，{layout}；缩放 {scale}，偏移 {shift}</translation>
  </message>
  <message>
   <source>this model takes no text</source>
   <translation>此模型不使用文本</translation>
  </message>
  <message>
   <source>cached embeddings in {file}</source>
   <translation>缓存的嵌入在 {file} 中</translation>
  </message>
  <message>
   <source>CLIP-L, CLIP-G and T5</source>
   <translation>CLIP-L、CLIP-G 和 T5</translation>
  </message>
  <message>
   <source>CLIP-L and CLIP-G; without T5 its tokens are zero</source>
   <translation>CLIP-L 和 CLIP-G；没有 T5，其标记为零</translation>
  </message>
  <message>
   <source>captions come from a photo's .txt file</source>
   <translation>描述来自照片的 .txt 文件</translation>
  </message>
  <message>
   <source>no text encoders; the NULL embeddings are used: no captions, no guidance ({file})</source>
   <translation>没有文本编码器；使用 NULL 嵌入：没有描述，没有引导（{file}）</translation>
  </message>
  <message>
   <source>no text encoders and no NULL embeddings; zeros are used, and quality will suffer</source>
   <translation>没有文本编码器，也没有 NULL 嵌入；使用零，质量会下降</translation>
  </message>
  <message>
   <source>not installed: {names}; run pip install 'qdit4sr[published]'</source>
   <translation>未安装：{names}；请运行 pip install 'qdit4sr[published]'</translation>
  </message>
  <message>
   <source>about {peak} in {dtype} on {device}: transformer {transformer}, VAE {codec}, sampling {activations}</source>
   <translation>约 {peak}（{dtype}，{device}）：Transformer {transformer}，VAE {codec}，采样 {activations}</translation>
  </message>
  <message>
   <source>embedding a caption {size}</source>
   <translation>嵌入描述 {size}</translation>
  </message>
  <message>
   <source>free now: {size}</source>
   <translation>现在可用：{size}</translation>
  </message>
  <message>
   <source>that is not enough: quantize the model and run the artifact</source>
   <translation>内存不足：请量化模型并运行量化文件</translation>
  </message>
  <message>
   <source>about {peak} at 4 bits with branches: transformer {transformer}, one layer unpacked {unpacked}</source>
   <translation>4 位加分支约 {peak}：Transformer {transformer}，解包一层 {unpacked}</translation>
  </message>
  <message>
   <source>float32 does not fit in memory, so bfloat16 is used</source>
   <translation>float32 超出内存，因此使用 bfloat16</translation>
  </message>
  <message>
   <source>nano</source>
   <translation>nano</translation>
  </message>
  <message>
   <source>transformer</source>
   <translation>Transformer</translation>
  </message>
  <message>
   <source>architecture</source>
   <translation>结构</translation>
  </message>
  <message>
   <source>key mode</source>
   <translation>键模式</translation>
  </message>
  <message>
   <source>values</source>
   <translation>数值</translation>
  </message>
  <message>
   <source>SD3.5 folder</source>
   <translation>SD3.5 文件夹</translation>
  </message>
  <message>
   <source>VAE</source>
   <translation>VAE</translation>
  </message>
  <message>
   <source>packages</source>
   <translation>软件包</translation>
  </message>
  <message>
   <source>memory</source>
   <translation>内存</translation>
  </message>
  <message>
   <source>artifact</source>
   <translation>量化文件</translation>
  </message>
  <message>
   <source>precision</source>
   <translation>精度</translation>
  </message>
  <message>
   <source>choose it above</source>
   <translation>请在上方选择</translation>
  </message>
  <message>
   <source>no reference</source>
   <translation>没有参考</translation>
  </message>
  <message>
   <source>region under {detail} px</source>
   <translation>区域小于 {detail} 像素</translation>
  </message>
  <message>
   <source>the reference is flat here</source>
   <translation>参考在此处没有纹理</translation>
  </message>
  <message>
   <source>{detail} is undefined for this image</source>
   <translation>{detail} 对此图像没有定义</translation>
  </message>
  <message>
   <source>{detail} is not computed while dragging</source>
   <translation>拖动时不计算 {detail}</translation>
  </message>
  <message>
   <source>{detail} is not installed (pip install {detail})</source>
   <translation>未安装 {detail}（pip install {detail}）</translation>
  </message>
  <message>
   <source>weights not downloaded: {detail}</source>
   <translation>权重未下载：{detail}</translation>
  </message>
  <message>
   <source>{detail} is damaged or another file; delete it and download it again</source>
   <translation>{detail} 已损坏或不是所需文件；请删除后重新下载</translation>
  </message>
  <message>
   <source>{detail} is not read: it holds more than weights and could run code</source>
   <translation>未读取 {detail}：其内容不只是权重，可能会运行代码</translation>
  </message>
  <message>
   <source>the variant failed</source>
   <translation>该变体失败</translation>
  </message>
  <message>
   <source>no {detail} among the variants</source>
   <translation>变体中没有 {detail}</translation>
  </message>
  <message>
   <source>text input</source>
   <translation>文本输入</translation>
  </message>
  <message>
   <source>decoding</source>
   <translation>解码</translation>
  </message>
  <message>
   <source>1 … 9</source>
   <translation>1 … 9</translation>
  </message>
  <message>
   <source>Show this result large, once more all of them; in the wipe: on its right</source>
   <translation>放大显示该结果，再按一次显示全部；滑动对比中：置于右侧</translation>
  </message>
  <message>
   <source>Space</source>
   <translation>空格</translation>
  </message>
  <message>
   <source>Hold to see the reference in place</source>
   <translation>按住以原位查看参考</translation>
  </message>
  <message>
   <source>Wheel</source>
   <translation>滚轮</translation>
  </message>
  <message>
   <source>Zoom about the mouse (with Shift in fine steps)</source>
   <translation>以鼠标为中心缩放（Shift 为细调）</translation>
  </message>
  <message>
   <source>Drag</source>
   <translation>拖动</translation>
  </message>
  <message>
   <source>Move the image; with the region tool, draw a region</source>
   <translation>移动图像；区域工具下绘制区域</translation>
  </message>
  <message>
   <source>Middle drag</source>
   <translation>中键拖动</translation>
  </message>
  <message>
   <source>Move the image with any tool</source>
   <translation>任何工具下移动图像</translation>
  </message>
  <message>
   <source>Arrow keys</source>
   <translation>方向键</translation>
  </message>
  <message>
   <source>Move the active region by one pixel (with Shift resize it)</source>
   <translation>将活动区域移动一个像素（Shift 改变大小）</translation>
  </message>
  <message>
   <source>Esc</source>
   <translation>Esc</translation>
  </message>
  <message>
   <source>Give up a drag; leave the region, the tool, then the mode</source>
   <translation>放弃拖动；依次退出区域、工具和模式</translation>
  </message>
  <message>
   <source>Show result 1 large</source>
   <translation>放大显示结果 1</translation>
  </message>
  <message>
   <source>Use result 1 as reference</source>
   <translation>将结果 1 设为参考</translation>
  </message>
  <message>
   <source>Show result 2 large</source>
   <translation>放大显示结果 2</translation>
  </message>
  <message>
   <source>Use result 2 as reference</source>
   <translation>将结果 2 设为参考</translation>
  </message>
  <message>
   <source>Show result 3 large</source>
   <translation>放大显示结果 3</translation>
  </message>
  <message>
   <source>Use result 3 as reference</source>
   <translation>将结果 3 设为参考</translation>
  </message>
  <message>
   <source>Show result 4 large</source>
   <translation>放大显示结果 4</translation>
  </message>
  <message>
   <source>Use result 4 as reference</source>
   <translation>将结果 4 设为参考</translation>
  </message>
  <message>
   <source>Show result 5 large</source>
   <translation>放大显示结果 5</translation>
  </message>
  <message>
   <source>Use result 5 as reference</source>
   <translation>将结果 5 设为参考</translation>
  </message>
  <message>
   <source>Show result 6 large</source>
   <translation>放大显示结果 6</translation>
  </message>
  <message>
   <source>Use result 6 as reference</source>
   <translation>将结果 6 设为参考</translation>
  </message>
  <message>
   <source>Show result 7 large</source>
   <translation>放大显示结果 7</translation>
  </message>
  <message>
   <source>Use result 7 as reference</source>
   <translation>将结果 7 设为参考</translation>
  </message>
  <message>
   <source>Show result 8 large</source>
   <translation>放大显示结果 8</translation>
  </message>
  <message>
   <source>Use result 8 as reference</source>
   <translation>将结果 8 设为参考</translation>
  </message>
  <message>
   <source>Show result 9 large</source>
   <translation>放大显示结果 9</translation>
  </message>
  <message>
   <source>Use result 9 as reference</source>
   <translation>将结果 9 设为参考</translation>
  </message>
  <message>
   <source>looked for beside the model</source>
   <translation>在模型旁边查找</translation>
  </message>
  <message>
   <source>SD 3.5 folder</source>
   <translation>SD 3.5 文件夹</translation>
  </message>
  <message>
   <source>Choose the Stable Diffusion 3.5 folder</source>
   <translation>选择 Stable Diffusion 3.5 文件夹</translation>
  </message>
  <message>
   <source>The published model takes its VAE and text encoders from this folder</source>
   <translation>已发布的模型从该文件夹读取 VAE 和文本编码器</translation>
  </message>
  <message>
   <source>Check of the model folder</source>
   <translation>模型文件夹检查</translation>
  </message>
  <message>
   <source>Checking …</source>
   <translation>正在检查…</translation>
  </message>
  <message>
   <source>The model that comes with the program is used.</source>
   <translation>使用程序自带的模型。</translation>
  </message>
  <message>
   <source>This model can be run.</source>
   <translation>此模型可以运行。</translation>
  </message>
  <message>
   <source>This model cannot be run yet.</source>
   <translation>此模型尚不能运行。</translation>
  </message>
  <message>
   <source>Open &amp;model folder…</source>
   <translation>打开模型文件夹(&amp;M)…</translation>
  </message>
  <message>
   <source>Use a model of your own: its folder is checked before it is loaded</source>
   <translation>使用自己的模型：加载前先检查其文件夹</translation>
  </message>
  <message>
   <source>Use bun&amp;dled model</source>
   <translation>使用自带模型(&amp;D)</translation>
  </message>
  <message>
   <source>loading the model, tensor {number} of {count}</source>
   <translation>正在加载模型，第 {number} 个张量，共 {count} 个</translation>
  </message>
  <message>
   <source>&amp;Synchronize panes again</source>
   <translation>重新同步窗格(&amp;S)</translation>
  </message>
  <message>
   <source>Show the same part everywhere again, after a pane was moved alone with Alt and the mouse</source>
   <translation>用 Alt 加鼠标单独移动某个窗格后，让所有窗格重新显示同一部分</translation>
  </message>
  <message>
   <source>Alt+drag, Alt+wheel</source>
   <translation>Alt+拖动、Alt+滚轮</translation>
  </message>
  <message>
   <source>Move or zoom this pane alone (also with Ctrl+Shift); S synchronizes all panes again</source>
   <translation>单独移动或缩放此窗格（也可用 Ctrl+Shift）；按 S 恢复同步</translation>
  </message>
  <message>
   <source>Move the active region by one pixel (Shift: ten; Ctrl: resize it)</source>
   <translation>将当前区域移动一个像素（Shift：十个；Ctrl：调整大小）</translation>
  </message>
  <message>
   <source>Pixel grid and &amp;values</source>
   <translation>像素网格与数值(&amp;V)</translation>
  </message>
  <message>
   <source>Lines between pixels from 800 % up, red, green and blue inside them from 3200 % up</source>
   <translation>800 % 起显示像素网格线，3200 % 起在像素内显示红、绿、蓝数值</translation>
  </message>
  <message>
   <source>Export the figure; the arrow has tables, results and the view</source>
   <translation>导出图版；箭头菜单包含表格、结果和视图</translation>
  </message>
  <message>
   <source>{device}, threads: {count}</source>
   <translation>{device}，线程数：{count}</translation>
  </message>
  <message>
   <source>Numbers appear here once variants have run.</source>
   <translation>运行各变体后，数值显示在这里。</translation>
  </message>
  <message>
   <source>Drop photos or a folder here.</source>
   <translation>将照片或文件夹拖放到此处。</translation>
  </message>
  <message>
   <source>Energy of the local blocks</source>
   <translation>局部块的能量</translation>
  </message>
  <message>
   <source>This layer has no local blocks</source>
   <translation>该层没有局部块</translation>
  </message>
  <message>
   <source>Block {row}, {column}: {share:.2f} % of the weight's energy</source>
   <translation>块 {row}, {column}：占权重能量的 {share:.2f} %</translation>
  </message>
  <message>
   <source>part</source>
   <translation>部分</translation>
  </message>
  <message>
   <source>Size by part</source>
   <translation>各部分大小</translation>
  </message>
  <message>
   <source>Bits and errors</source>
   <translation>位宽与误差</translation>
  </message>
  <message>
   <source>Layer</source>
   <translation>层</translation>
  </message>
  <message>
   <source>Size</source>
   <translation>大小</translation>
  </message>
  <message>
   <source>Click a layer to choose it, double-click or Enter for its spectrum.</source>
   <translation>单击选择一层；双击或按 Enter 查看其频谱。</translation>
  </message>
  <message>
   <source>pixel error over RGB</source>
   <translation>RGB 像素误差</translation>
  </message>
  <message>
   <source>pixel error of luma</source>
   <translation>亮度像素误差</translation>
  </message>
  <message>
   <source>structure of luma in 11x11 windows</source>
   <translation>11x11 窗口内的亮度结构</translation>
  </message>
  <message>
   <source>structure of each RGB channel</source>
   <translation>各 RGB 通道的结构</translation>
  </message>
  <message>
   <source>energy above half of Nyquist over the reference's</source>
   <translation>半奈奎斯特频率以上的能量与参考之比</translation>
  </message>
  <message>
   <source>texture energy lost or added, |10 log10 ratio|</source>
   <translation>损失或增加的纹理能量，|10 log10 比值|</translation>
  </message>
  <message>
   <source>rms difference of the radially averaged power spectra</source>
   <translation>径向平均功率谱的均方根差</translation>
  </message>
  <message>
   <source>perceptual distance, tolerant of small shifts (AlexNet)</source>
   <translation>感知距离，容忍微小位移（AlexNet）</translation>
  </message>
  <message>
   <source>perceptual distance, tolerant of small shifts (VGG)</source>
   <translation>感知距离，容忍微小位移（VGG）</translation>
  </message>
  <message>
   <source>structure of luma on five scales</source>
   <translation>五个尺度上的亮度结构</translation>
  </message>
  <message>
   <source>spread of gradient differences</source>
   <translation>梯度差异的离散程度</translation>
  </message>
  <message>
   <source>phase congruency and gradients</source>
   <translation>相位一致性与梯度</translation>
  </message>
  <message>
   <source>information shared with the reference</source>
   <translation>与参考共有的信息量</translation>
  </message>
  <message>
   <source>structure of complex wavelets, tolerant of shifts</source>
   <translation>复小波结构，容忍位移</translation>
  </message>
  <message>
   <source>normalised Laplacian pyramid distance</source>
   <translation>归一化拉普拉斯金字塔距离</translation>
  </message>
  <message>
   <source>visual saliency and gradients</source>
   <translation>视觉显著性与梯度</translation>
  </message>
  <message>
   <source>most apparent distortion</source>
   <translation>最明显失真</translation>
  </message>
  <message>
   <source>perceptual distance (AlexNet)</source>
   <translation>感知距离（AlexNet）</translation>
  </message>
  <message>
   <source>perceptual distance (VGG)</source>
   <translation>感知距离（VGG）</translation>
  </message>
  <message>
   <source>structure and texture distance (VGG)</source>
   <translation>结构与纹理距离（VGG）</translation>
  </message>
  <message>
   <source>quality against a reference (ResNet-50)</source>
   <translation>有参考质量（ResNet-50）</translation>
  </message>
  <message>
   <source>blockiness and noise, no reference</source>
   <translation>块效应与噪声，无参考</translation>
  </message>
  <message>
   <source>naturalness of local statistics, no reference</source>
   <translation>局部统计的自然度，无参考</translation>
  </message>
  <message>
   <source>naturalness, no reference</source>
   <translation>自然度，无参考</translation>
  </message>
  <message>
   <source>distortion of local statistics, no reference</source>
   <translation>局部统计的失真，无参考</translation>
  </message>
  <message>
   <source>learned quality, no reference</source>
   <translation>学习得到的质量，无参考</translation>
  </message>
  <message>
   <source>learned quality, no reference; prefers noise</source>
   <translation>学习得到的质量，无参考；偏好噪声</translation>
  </message>
  <message>
   <source>quality by language prompts, no reference</source>
   <translation>基于语言提示的质量，无参考</translation>
  </message>
  <message>
   <source>quality by learned prompts, no reference</source>
   <translation>基于学习提示的质量，无参考</translation>
  </message>
  <message>
   <source>weights not downloaded</source>
   <translation>权重未下载</translation>
  </message>
  <message>
   <source>Round to nearest: per-channel weights, per-token activations, absolute-maximum scales.</source>
   <translation>就近取整：权重按通道、激活按词元，取绝对最大值为尺度。</translation>
  </message>
  <message>
   <source>Channel balancing from calibrated maxima; factors are applied online, not folded into norms.</source>
   <translation>由校准最大值做通道均衡；因子在线应用，不并入归一化层。</translation>
  </message>
  <message>
   <source>Second-order rounding of weights on calibrated inputs; activations rounded a token at a time.</source>
   <translation>在校准输入上对权重做二阶取整；激活逐词元取整。</translation>
  </message>
  <message>
   <source>Online Hadamard rotation, GPTQ weights, per-token activations with fixed clipping.</source>
   <translation>在线 Hadamard 旋转，GPTQ 权重，激活按词元并固定截断。</translation>
  </message>
  <message>
   <source>Regular Hadamard rotation in groups of 256, per-row scales; no calibration.</source>
   <translation>以 256 为组的规则 Hadamard 旋转，按行尺度；无需校准。</translation>
  </message>
  <message>
   <source>Asymmetric groups of 128 channels for weights (GPTQ) and activations (dynamic).</source>
   <translation>权重（GPTQ）与激活（动态）均以 128 通道为组的非对称量化。</translation>
  </message>
  <message>
   <source>Channel scaling from calibrated maxima plus online rotation; per-token asymmetric activations.</source>
   <translation>由校准最大值做通道缩放并在线旋转；激活按词元非对称量化。</translation>
  </message>
  <message>
   <source>Salience balancing, static per-tensor activations; layer-wise reconstruction as an option.</source>
   <translation>显著性均衡，激活按张量静态量化；可选逐层重建。</translation>
  </message>
  <message>
   <source>Searched smoothing, a refined branch of Q-DiT4SR's rank, groups of 64; adaLN inputs in float.</source>
   <translation>搜索平滑系数，与 Q-DiT4SR 同秩的精修分支，64 为组；adaLN 输入保持浮点。</translation>
  </message>
  <message>
   <source>Hadamard, Gaussian grids, hierarchical SVD, variance-aware mixed precision in space and time.</source>
   <translation>Hadamard、高斯网格、分层 SVD，按方差在空间和时间上分配混合精度。</translation>
  </message>
  <message>
   <source>Bits by output sensitivity, group scales, GPTQ; at most Q-DiT4SR's stored bits.</source>
   <translation>按输出敏感度分配位宽，分组尺度，GPTQ；存储位数不超过 Q-DiT4SR。</translation>
  </message>
  <message>
   <source>Up, Down</source>
   <translation>上、下方向键</translation>
  </message>
  <message>
   <source>Without an active region: select the result before or after</source>
   <translation>没有当前区域时：选择上一个或下一个结果</translation>
  </message>
  <message>
   <source>Add results made &amp;elsewhere…</source>
   <translation>添加其他来源的结果(&amp;E)…</translation>
  </message>
  <message>
   <source>Compare with the pictures of a folder that carry the photos' names</source>
   <translation>与文件夹中同名的图片进行比较</translation>
  </message>
  <message>
   <source>Folder of results</source>
   <translation>结果文件夹</translation>
  </message>
  <message>
   <source>Next &amp;kind of difference</source>
   <translation>下一种差异(&amp;K)</translation>
  </message>
  <message>
   <source>Texture loss, signed, absolute, squared, structural: one after the other</source>
   <translation>依次显示：纹理损失、有符号、绝对、平方、结构</translation>
  </message>
  <message>
   <source>Wipe from &amp;top to bottom</source>
   <translation>上下滑动对比(&amp;T)</translation>
  </message>
  <message>
   <source>The wipe's edge lies across instead of upright</source>
   <translation>滑动对比的分界线横放而非竖放</translation>
  </message>
  <message>
   <source>&amp;Redo</source>
   <translation>重做(&amp;R)</translation>
  </message>
  <message>
   <source>&amp;Undo</source>
   <translation>撤销(&amp;U)</translation>
  </message>
  <message>
   <source>1 photo removed.</source>
   <translation>已移除 1 张照片。</translation>
  </message>
  <message>
   <source>Take the last change of the regions back, or bring removed photos and variants back</source>
   <translation>撤销对区域的上一次更改，或恢复已移除的照片和变体</translation>
  </message>
  <message>
   <source>Do again what was taken back</source>
   <translation>重做已撤销的操作</translation>
  </message>
  <message>
   <source>The photo is back.</source>
   <translation>照片已恢复。</translation>
  </message>
  <message>
   <source>{count} photos are back.</source>
   <translation>{count} 张照片已恢复。</translation>
  </message>
  <message>
   <source>The program was ended without being closed. What it had computed is kept.</source>
   <translation>程序上次未正常关闭，已计算的结果仍保留。</translation>
  </message>
  <message>
   <source>Reopen</source>
   <translation>重新打开</translation>
  </message>
  <message>
   <source>A session is opened alone; files left out: {count}.</source>
   <translation>会话单独打开；未打开的文件数：{count}。</translation>
  </message>
  <message>
   <source>exit close end</source>
   <translation>退出 关闭 结束</translation>
  </message>
  <message>
   <source>means over {count} photos; those with ~ over fewer, see their tips</source>
   <translation>{count} 张照片的平均值；带 ~ 的为较少照片的平均值，见其提示</translation>
  </message>
  <message>
   <source>Mean over {known} of {count} photos</source>
   <translation>{count} 张照片中 {known} 张的平均值</translation>
  </message>
  <message>
   <source>Not now</source>
   <translation>暂不</translation>
  </message>
  <message>
   <source>Bring back what was computed last</source>
   <translation>恢复上次计算的内容</translation>
  </message>
  <message>
   <source>File, Reopen last session, does it later</source>
   <translation>稍后可用“文件 > 重新打开上次会话”</translation>
  </message>
  <message>
   <source>{name} adds and loses next to none</source>
   <translation>{name}几乎无增无减</translation>
  </message>
  <message>
   <source>(Against full precision.)</source>
   <translation>（以全精度为参考。）</translation>
  </message>
  <message>
   <source>The variants from before are back.</source>
   <translation>先前的变体已恢复。</translation>
  </message>
  <message>
   <source>{name} is in the list already.</source>
   <translation>{name} 已在列表中。</translation>
  </message>
  <message>
   <source>The variants are changed again.</source>
   <translation>变体已再次更改。</translation>
  </message>
  <message>
   <source>{name} is back.</source>
   <translation>{name} 已恢复。</translation>
  </message>
  <message>
   <source>{name} removed.</source>
   <translation>{name} 已移除。</translation>
  </message>
  <message>
   <source>Message</source>
   <translation>消息</translation>
  </message>
  <message>
   <source>Photos of this session. Drop a ground truth on its photo to pair them; Delete removes.</source>
   <translation>本次会话的照片。将真值图拖到对应照片上即可配对；按 Delete 移除。</translation>
  </message>
  <message>
   <source>Remove all p&amp;hotos</source>
   <translation>移除所有照片(&amp;H)</translation>
  </message>
  <message>
   <source>Take the photo shown out of the list; undo brings it back with its results</source>
   <translation>将显示的照片移出列表；撤销可连同结果一起恢复</translation>
  </message>
  <message>
   <source>Undo brings it back.</source>
   <translation>可用“撤销”恢复。</translation>
  </message>
  <message>
   <source>{count} photos removed.</source>
   <translation>已移除 {count} 张照片。</translation>
  </message>
  <message>
   <source>{name} is the ground truth of {photo} now.</source>
   <translation>{name} 现在是 {photo} 的真值图。</translation>
  </message>
  <message>
   <source>1 photo</source>
   <translation>1 张照片</translation>
  </message>
  <message>
   <source>Against full precision, {photos}.</source>
   <translation>与全精度相比，{photos}。</translation>
  </message>
  <message>
   <source>Cost</source>
   <translation>代价</translation>
  </message>
  <message>
   <source>Damage</source>
   <translation>损伤</translation>
  </message>
  <message>
   <source>Damage against cost</source>
   <translation>损伤与代价</translation>
  </message>
  <message>
   <source>Damage against size and time with the Pareto front, as PNG, PDF or SVG</source>
   <translation>损伤与大小、时间的关系图及帕累托前沿，保存为 PNG、PDF 或 SVG</translation>
  </message>
  <message>
   <source>Every result of every photo into one folder, as PNG, JPEG or WebP</source>
   <translation>将所有照片的所有结果存入一个文件夹，格式为 PNG、JPEG 或 WebP</translation>
  </message>
  <message>
   <source>Every variant over all photos: size, time and damage as CSV, Markdown, LaTeX or JSON</source>
   <translation>所有照片上的各变体：大小、时间与损伤，保存为 CSV、Markdown、LaTeX 或 JSON</translation>
  </message>
  <message>
   <source>Export blin&amp;king picture…</source>
   <translation>导出闪烁图(&amp;K)…</translation>
  </message>
  <message>
   <source>Export blinking picture</source>
   <translation>导出闪烁图</translation>
  </message>
  <message>
   <source>Export plot</source>
   <translation>导出图表</translation>
  </message>
  <message>
   <source>Export plot of &amp;damage against cost…</source>
   <translation>导出损伤与代价图(&amp;D)…</translation>
  </message>
  <message>
   <source>Export su&amp;mmary…</source>
   <translation>导出汇总(&amp;M)…</translation>
  </message>
  <message>
   <source>Export summary</source>
   <translation>导出汇总</translation>
  </message>
  <message>
   <source>Means over all photos; a click on a head sorts</source>
   <translation>所有照片的平均值；点击表头排序</translation>
  </message>
  <message>
   <source>One HTML file with a wipe, keys and zoom over every result; it needs no network</source>
   <translation>单个 HTML 文件，可擦拭、按键切换和缩放所有结果；无需网络</translation>
  </message>
  <message>
   <source>Pareto front: {variants}</source>
   <translation>帕累托前沿：{variants}</translation>
  </message>
  <message>
   <source>Run variants to see what they cost and what they damage.</source>
   <translation>运行变体，查看其代价与损伤。</translation>
  </message>
  <message>
   <source>S&amp;how last export in its folder</source>
   <translation>在文件夹中显示上次导出(&amp;H)</translation>
  </message>
  <message>
   <source>Save every result of every photo as</source>
   <translation>将所有照片的所有结果保存为</translation>
  </message>
  <message>
   <source>Save results of a&amp;ll photos…</source>
   <translation>保存所有照片的结果(&amp;L)…</translation>
  </message>
  <message>
   <source>Share as &amp;page…</source>
   <translation>分享为网页(&amp;P)…</translation>
  </message>
  <message>
   <source>Share as page</source>
   <translation>分享为网页</translation>
  </message>
  <message>
   <source>Show in folder</source>
   <translation>在文件夹中显示</translation>
  </message>
  <message>
   <source>Simulated in floating point; says nothing about low-bit hardware.</source>
   <translation>以浮点模拟；不代表低比特硬件的速度。</translation>
  </message>
  <message>
   <source>Summary</source>
   <translation>汇总</translation>
  </message>
  <message>
   <source>The active region of every result, one after the other in place, as GIF, APNG or WebP</source>
   <translation>各结果的当前区域在原位依次显示，保存为 GIF、APNG 或 WebP</translation>
  </message>
  <message>
   <source>The blinking picture is in {path}.</source>
   <translation>闪烁图已保存到 {path}。</translation>
  </message>
  <message>
   <source>The page is in {path}.</source>
   <translation>网页已保存到 {path}。</translation>
  </message>
  <message>
   <source>The plot is in {path}.</source>
   <translation>图表已保存到 {path}。</translation>
  </message>
  <message>
   <source>The summary is in {path}.</source>
   <translation>汇总已保存到 {path}。</translation>
  </message>
  <message>
   <source>against</source>
   <translation>对</translation>
  </message>
  <message>
   <source>means over the photos done so far: “Photos” says how many of {count}</source>
   <translation>已完成照片的平均值：“照片”列为张数，共 {count} 张</translation>
  </message>
  <message>
   <source>means over {count} photos</source>
   <translation>{count} 张照片的平均值</translation>
  </message>
  <message>
   <source>{count} results are in {path}.</source>
   <translation>{count} 个结果已保存到 {path}。</translation>
  </message>
  <message>
   <source>&amp;Save variants as preset…</source>
   <translation>将变体另存为预设(&amp;S)…</translation>
  </message>
  <message>
   <source>A click on a method or a width ticks its whole row or column.</source>
   <translation>点击方法或位宽可勾选整行或整列。</translation>
  </message>
  <message>
   <source>A grid of ticks: many methods at many widths</source>
   <translation>勾选表格：多种方法与多种位宽</translation>
  </message>
  <message>
   <source>Add &amp;methods and widths…</source>
   <translation>添加方法与位宽(&amp;M)…</translation>
  </message>
  <message>
   <source>Add methods and widths</source>
   <translation>添加方法与位宽</translation>
  </message>
  <message>
   <source>Add {count} variants</source>
   <translation>添加 {count} 个变体</translation>
  </message>
  <message>
   <source>Delete this preset</source>
   <translation>删除此预设</translation>
  </message>
  <message>
   <source>Add many…</source>
   <translation>批量添加…</translation>
  </message>
  <message>
   <source>Keep the ticked variants under a name</source>
   <translation>将勾选的变体以名称保存</translation>
  </message>
  <message>
   <source>Keep this list under a name, or forget a name</source>
   <translation>以名称保存此列表，或删除名称</translation>
  </message>
  <message>
   <source>Methods and widths</source>
   <translation>方法与位宽</translation>
  </message>
  <message>
   <source>Name</source>
   <translation>名称</translation>
  </message>
  <message>
   <source>Own presets</source>
   <translation>自己的预设</translation>
  </message>
  <message>
   <source>Save as preset</source>
   <translation>另存为预设</translation>
  </message>
  <message>
   <source>Save as preset…</source>
   <translation>另存为预设…</translation>
  </message>
  <message>
   <source>Tick many methods and widths at once</source>
   <translation>一次勾选多种方法与位宽</translation>
  </message>
  <message>
   <source>photo {number} of {count}</source>
   <translation>第 {number} 张，共 {count} 张</translation>
  </message>
  <message>
   <source>{time} left of {whole}</source>
   <translation>剩余 {time}，共 {whole}</translation>
  </message>
  <message>
   <source>step {number} of {count}</source>
   <translation>第 {number} 步，共 {count} 步</translation>
  </message>
  <message>
   <source>about {time} and {size}</source>
   <translation>约 {time}，{size}</translation>
  </message>
  <message>
   <source>the time is not known before the first run; about {size}</source>
   <translation>首次运行前无法估计时间；约 {size}</translation>
  </message>
  <message>
   <source>These results were made with other weights than the model in use; a run makes all of them anew.</source>
   <translation>这些结果由与当前模型不同的权重生成；再次运行会全部重新生成。</translation>
  </message>
  <message>
   <source>These results were made with other weights than the model in use; “Run again” makes all anew.</source>
   <translation>这些结果由与当前模型不同的权重生成；“重新运行”会全部重新生成。</translation>
  </message>
  <message>
   <source>Make all anew</source>
   <translation>全部重新生成</translation>
  </message>
  <message>
   <source>Keep looking at these</source>
   <translation>继续查看这些结果</translation>
  </message>
  <message>
   <source>This program does not know the {things} of the session.</source>
   <translation>本程序不认识会话中的 {things}。</translation>
  </message>
  <message>
   <source>The rest is open.</source>
   <translation>其余内容已打开。</translation>
  </message>
  <message>
   <source>Something went wrong that should not: {error}. What you have is still there; the details help to mend it.</source>
   <translation>出现了不应发生的问题：{error}。您的内容仍在；详细信息有助于修复。</translation>
  </message>
  <message>
   <source>The picture of {size} pixels is too large.</source>
   <translation>{size} 像素的图片太大。</translation>
  </message>
  <message>
   <source>A smaller copy of the photo, which is upscaled sooner</source>
   <translation>照片的缩小副本，放大所需时间更短</translation>
  </message>
  <message>
   <source>Choose a part of the photo with the mouse; it becomes a photo of its own</source>
   <translation>用鼠标选取照片的一部分，作为单独的照片</translation>
  </message>
  <message>
   <source>Close without saving</source>
   <translation>不保存并关闭</translation>
  </message>
  <message>
   <source>Difference under each crop</source>
   <translation>在每个裁剪下显示差异</translation>
  </message>
  <message>
   <source>Drag a rectangle over the part that is upscaled</source>
   <translation>拖出要放大的部分</translation>
  </message>
  <message>
   <source>Drag a rectangle; it becomes a photo of its own in the list.</source>
   <translation>拖出一个矩形，它将作为单独的照片加入列表。</translation>
  </message>
  <message>
   <source>Keep it whole</source>
   <translation>保留整张</translation>
  </message>
  <message>
   <source>Longer side of the smaller copy</source>
   <translation>缩小副本的长边</translation>
  </message>
  <message>
   <source>Only a part…</source>
   <translation>仅一部分…</translation>
  </message>
  <message>
   <source>Open without saving</source>
   <translation>不保存并打开</translation>
  </message>
  <message>
   <source>Panels</source>
   <translation>图块</translation>
  </message>
  <message>
   <source>Re&amp;duce photo…</source>
   <translation>缩小照片(&amp;D)…</translation>
  </message>
  <message>
   <source>Recent s&amp;essions</source>
   <translation>最近的会话(&amp;E)</translation>
  </message>
  <message>
   <source>Reduce to {side} pixels</source>
   <translation>缩小到 {side} 像素</translation>
  </message>
  <message>
   <source>Reopen &amp;last session</source>
   <translation>重新打开上次会话(&amp;L)</translation>
  </message>
  <message>
   <source>Result: {width} × {height}</source>
   <translation>结果：{width} × {height}</translation>
  </message>
  <message>
   <source>Rows of the layout with a row a photo</source>
   <translation>“每张照片一行”布局中的各行</translation>
  </message>
  <message>
   <source>Zoom {zoom}</source>
   <translation>缩放 {zoom}</translation>
  </message>
  <message>
   <source>Save session…</source>
   <translation>保存会话…</translation>
  </message>
  <message>
   <source>It needs about {size}; how long it takes is known after the first run.</source>
   <translation>约需 {size}；首次运行后才能知道所需时间。</translation>
  </message>
  <message>
   <source>That takes {cost}.</source>
   <translation>这需要{cost}。</translation>
  </message>
  <message>
   <source>Some of this work is in no session file yet.</source>
   <translation>部分工作尚未保存到会话文件。</translation>
  </message>
  <message>
   <source>Results of other settings or weights than those in use are in no session file. To save them, choose those settings again.</source>
   <translation>由其他设置或权重生成的结果尚未保存到会话文件。若要保存，请重新选择那些设置。</translation>
  </message>
  <message>
   <source>Saved now, {name} loses results that it holds ({count}): they are of other settings or weights, or are to be made anew.</source>
   <translation>现在保存会使 {name} 失去其中的部分结果（{count} 个）：它们由其他设置或权重生成，或将重新生成。</translation>
  </message>
  <message>
   <source>Save session as…</source>
   <translation>会话另存为…</translation>
  </message>
  <message>
   <source>Save without them</source>
   <translation>不含这些结果保存</translation>
  </message>
  <message>
   <source>The window closes when all is written.</source>
   <translation>全部写入后窗口将关闭。</translation>
  </message>
  <message>
   <source>This photo is small already.</source>
   <translation>这张照片已经很小。</translation>
  </message>
  <message>
   <source>Tick what is shown, drag to reorder, double click to print another name</source>
   <translation>勾选要显示的内容，拖动排序，双击修改印出的名称</translation>
  </message>
  <message>
   <source>Upscale &amp;only a part…</source>
   <translation>仅放大一部分(&amp;O)…</translation>
  </message>
  <message>
   <source>Upscale only a part</source>
   <translation>仅放大一部分</translation>
  </message>
  <message>
   <source>A run of this photo takes about {time}; a part of it is done sooner.</source>
   <translation>运行这张照片约需 {time}；只处理其中一部分会快得多。</translation>
  </message>
  <message>
   <source>compare panes</source>
   <translation>对比 窗格</translation>
  </message>
  <message>
   <source>split compare slider curtain before after</source>
   <translation>分割 对比 滑块 前后</translation>
  </message>
  <message>
   <source>flicker compare swap toggle alternate</source>
   <translation>闪烁 对比 交换 切换 交替</translation>
  </message>
  <message>
   <source>diff compare heatmap error</source>
   <translation>对比 热图 误差</translation>
  </message>
  <message>
   <source>flicker compare swap</source>
   <translation>闪烁 对比 交换</translation>
  </message>
  <message>
   <source>zoom</source>
   <translation>缩放</translation>
  </message>
  <message>
   <source>zoom actual size</source>
   <translation>缩放 实际大小</translation>
  </message>
  <message>
   <source>zoom magnifier</source>
   <translation>缩放 放大</translation>
  </message>
  <message>
   <source>settings options language theme dark light threads device</source>
   <translation>设置 选项 语言 主题 深色 浅色 线程 设备</translation>
  </message>
  <message>
   <source>crop cut</source>
   <translation>裁剪 截取</translation>
  </message>
  <message>
   <source>restore back</source>
   <translation>恢复 还原</translation>
  </message>
  <message>
   <source>{name}: the run was cancelled with {done} of {count} variants done.</source>
   <translation>{name}：运行已取消，已完成 {done}/{count} 个变体。</translation>
  </message>
  <message>
   <source>{name}: the run was cancelled.</source>
   <translation>{name}：运行已取消。</translation>
  </message>
  <message>
   <source>cancelled ({step})</source>
   <translation>已取消（{step}）</translation>
  </message>
  <message>
   <source>running</source>
   <translation>正在运行</translation>
  </message>
  <message>
   <source>no variants ticked</source>
   <translation>未勾选变体</translation>
  </message>
  <message>
   <source>Session</source>
   <translation>会话</translation>
  </message>
  <message>
   <source>Use this part</source>
   <translation>使用此部分</translation>
  </message>
  <message>
   <source>What was computed last, kept by itself</source>
   <translation>上次计算的内容，已自动保存</translation>
  </message>
  <message>
   <source>x</source>
   <translation>x</translation>
  </message>
  <message>
   <source>y</source>
   <translation>y</translation>
  </message>
  <message>
   <source>{count} photos are that large.</source>
   <translation>有 {count} 张照片如此之大。</translation>
  </message>
  <message>
   <source>{name} has {width} × {height} pixels; its result would have {wide} × {tall}.</source>
   <translation>{name} 为 {width} × {height} 像素，其结果将为 {wide} × {tall}。</translation>
  </message>
  <message>
   <source>{side} pixels</source>
   <translation>{side} 像素</translation>
  </message>
  <message>
   <source>Part of the photo</source>
   <translation>照片的一部分</translation>
  </message>
  <message>
   <source>Ground truth of the photo shown</source>
   <translation>所显示照片的真值图</translation>
  </message>
  <message>
   <source>An image four times as large as the photo: numbers can then be measured against it</source>
   <translation>四倍于照片大小的图像：可据此测量数值</translation>
  </message>
  <message>
   <source>Replace ground truth…</source>
   <translation>更换真值图…</translation>
  </message>
  <message>
   <source>Add ground truth…</source>
   <translation>添加真值图…</translation>
  </message>
  <message>
   <source>LR photo</source>
   <translation>LR 照片</translation>
  </message>
  <message>
   <source>Bits/weight</source>
   <translation>位/权重</translation>
  </message>
  <message>
   <source>Time</source>
   <translation>时间</translation>
  </message>
  <message>
   <source>bits</source>
   <translation>位</translation>
  </message>
  <message>
   <source>Texture lost</source>
   <translation>丢失的纹理</translation>
  </message>
  <message>
   <source>Texture added</source>
   <translation>增加的纹理</translation>
  </message>
 </context>
 <context>
  <name>WipeView</name>
  <message>
   <source>Wipe between two images</source>
   <translation>两幅图像之间滑动对比</translation>
  </message>
  <message>
   <source>{0} against {1}</source>
   <translation>{0} 与 {1}</translation>
  </message>
  <message>
   <source>No image yet</source>
   <translation>暂无图像</translation>
  </message>
  <message>
   <source>reference</source>
   <translation>参考</translation>
  </message>
 </context>
 <context>
  <name>Legend</name>
  <message>
   <source>Colour range of the difference</source>
   <translation>差异的颜色范围</translation>
  </message>
 </context>
 <context>
  <name>DifferenceView</name>
  <message>
   <source>How much of the photo shows under the colours, where little differs</source>
   <translation>差异小的地方，颜色下显示多少照片</translation>
  </message>
  <message>
   <source>Photo under the colours</source>
   <translation>颜色下的照片</translation>
  </message>
  <message>
   <source>Photo</source>
   <translation>照片</translation>
  </message>
  <message>
   <source>Above 1, faint differences are shown brighter</source>
   <translation>大于 1 时微弱差异显示得更亮</translation>
  </message>
  <message>
   <source>Gamma</source>
   <translation>伽马</translation>
  </message>
  <message>
   <source>Auto gain</source>
   <translation>自动增益</translation>
  </message>
  <message>
   <source>How many times differences are enlarged before they are coloured</source>
   <translation>差异在着色前放大的倍数</translation>
  </message>
  <message>
   <source>Gain</source>
   <translation>增益</translation>
  </message>
  <message>
   <source>Differences from the reference</source>
   <translation>与参考的差异</translation>
  </message>
  <message>
   <source>Kind of difference</source>
   <translation>差异类型</translation>
  </message>
  <message>
   <source>End of the colour range</source>
   <translation>颜色范围上限</translation>
  </message>
  <message>
   <source>Auto range</source>
   <translation>自动范围</translation>
  </message>
  <message>
   <source>Choose the colour range from the images</source>
   <translation>由图像选定颜色范围</translation>
  </message>
  <message>
   <source>The reference has no image yet; differences appear when it does.</source>
   <translation>参考尚无图像；有图像后显示差异。</translation>
  </message>
  <message>
   <source>There is no other image of the reference's size to take the difference from.</source>
   <translation>没有与参考同尺寸的其他图像可作差。</translation>
  </message>
  <message>
   <source>against {0}</source>
   <translation>相对{0}</translation>
  </message>
  <message>
   <source>Measuring the difference…</source>
   <translation>正在计算差异…</translation>
  </message>
 </context>
 <context>
  <name>Pane</name>
  <message>
   <source>Image pane</source>
   <translation>图像窗格</translation>
  </message>
  <message>
   <source>Failed: {0}</source>
   <translation>失败：{0}</translation>
  </message>
  <message>
   <source>No image yet</source>
   <translation>暂无图像</translation>
  </message>
  <message>
   <source>{0} by {1} pixels</source>
   <translation>{0} × {1} 像素</translation>
  </message>
  <message>
   <source>Reference</source>
   <translation>参考</translation>
  </message>
  <message>
   <source>reference</source>
   <translation>参考</translation>
  </message>
  <message>
   <source>preview</source>
   <translation>预览</translation>
  </message>
  <message>
   <source>out of step</source>
   <translation>未同步</translation>
  </message>
 </context>
 <context>
  <name>Grid</name>
  <message>
   <source>Images side by side</source>
   <translation>图像并排</translation>
  </message>
 </context>
 <context>
  <name>ComparisonView</name>
  <message>
   <source>Image comparison</source>
   <translation>图像对比</translation>
  </message>
  <message>
   <source>Drop a photo here, or open one, to compare.</source>
   <translation>将照片拖到这里，或打开一张进行对比。</translation>
  </message>
 </context>
 <context>
  <name>difference</name>
  <message>
   <source>at worst {0} of texture lost; on average {1} added, {2} lost</source>
   <translation>最严重处丢失 {0} 纹理；平均增加 {1}，丢失 {2}</translation>
  </message>
  <message>
   <source>at worst {0} of false grain added; on average {1} added, {2} lost</source>
   <translation>最严重处增加 {0} 假颗粒；平均增加 {1}，丢失 {2}</translation>
  </message>
  <message>
   <source>no visible change of texture</source>
   <translation>纹理没有可见变化</translation>
  </message>
  <message>
   <source>brighter</source>
   <translation>更亮</translation>
  </message>
  <message>
   <source>darker</source>
   <translation>更暗</translation>
  </message>
  <message>
   <source>added</source>
   <translation>增加</translation>
  </message>
  <message>
   <source>lost</source>
   <translation>丢失</translation>
  </message>
  <message>
   <source>Local high-frequency energy against the reference: violet where texture was lost, orange where false grain was added. Both are damage; grey is unchanged.</source>
   <translation>局部高频能量与参考之比：紫色处纹理丢失，橙色处增加了假颗粒。两者都是损伤；灰色表示未变。</translation>
  </message>
  <message>
   <source>Texture change</source>
   <translation>纹理变化</translation>
  </message>
  <message>
   <source>Texture loss</source>
   <translation>纹理损失</translation>
  </message>
  <message>
   <source>Signed difference</source>
   <translation>有符号差异</translation>
  </message>
  <message>
   <source>Absolute difference</source>
   <translation>绝对差异</translation>
  </message>
  <message>
   <source>Squared difference</source>
   <translation>平方差异</translation>
  </message>
  <message>
   <source>Structural difference (1 − SSIM)</source>
   <translation>结构差异（1 − SSIM）</translation>
  </message>
  <message>
   <source>Local high-frequency energy against the reference: orange where texture was lost, green where noise or false texture came in.</source>
   <translation>局部高频能量与参考相比：橙色处纹理丢失，绿色处混入噪声或虚假纹理。</translation>
  </message>
  <message>
   <source>Luma minus the reference's luma: blue is darker, orange is brighter.</source>
   <translation>亮度减去参考的亮度：蓝色更暗，橙色更亮。</translation>
  </message>
  <message>
   <source>Mean absolute difference of red, green and blue.</source>
   <translation>红、绿、蓝的平均绝对差。</translation>
  </message>
  <message>
   <source>Mean squared difference of red, green and blue: large errors stand out.</source>
   <translation>红、绿、蓝的平均平方差：突出大误差。</translation>
  </message>
  <message>
   <source>One minus the structural similarity of the window around each pixel: 0 is the same structure.</source>
   <translation>一减去每个像素周围窗口的结构相似度：0 表示结构相同。</translation>
  </message>
  <message>
   <source>mean {0}, lowest 1 % below {1}</source>
   <translation>平均 {0}，最低 1 % 低于 {1}</translation>
  </message>
  <message>
   <source>mean {0}, RMS {1}</source>
   <translation>平均 {0}，均方根 {1}</translation>
  </message>
  <message>
   <source>mean {0}, 99 % below {1}</source>
   <translation>平均 {0}，99 % 低于 {1}</translation>
  </message>
  <message>
   <source>There is no memory for this map beside the others; untick variants to see it.</source>
   <translation>内存不足，无法在其他图之外显示此图；请取消勾选一些变体。</translation>
  </message>
 </context>
<context>
  <name>PairBar</name>
  <message>
   <source>Speed</source>
   <translation>速度</translation>
  </message>
  <message>
   <source>Speed of the blink</source>
   <translation>闪烁速度</translation>
  </message>
  <message>
   <source>Blink by itself, or stop</source>
   <translation>自动闪烁或停止</translation>
  </message>
  <message>
   <source>Stop</source>
   <translation>停止</translation>
  </message>
  <message>
   <source>Blink</source>
   <translation>闪烁</translation>
  </message>
  <message>
   <source>Right</source>
   <translation>右</translation>
  </message>
  <message>
   <source>Left</source>
   <translation>左</translation>
  </message>
  <message>
   <source>Second</source>
   <translation>第二幅</translation>
  </message>
  <message>
   <source>First</source>
   <translation>第一幅</translation>
  </message>
</context>
<context>
  <name>QFileDialog</name>
  <message>
   <source>&amp;Look in:</source>
   <translation>查找范围(&amp;L)：</translation>
  </message>
  <message>
   <source>Files of &amp;type:</source>
   <translation>文件类型(&amp;T)：</translation>
  </message>
</context>
</TS>
